"""What of a framework applies to a product: whether at all, as which class, by which routes, from when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from roadworthy.regulation.formula import Truth
from roadworthy.regulation.framework import Category, Framework, Milestone, Requirement, Route
from roadworthy.regulation.product import Product

STRICTEST = ("critical", "important-2", "important-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoute:
    """A route, and whether this product can take it.

    Args:
        route: The route.
        open: Whether the law lets this product take it; None: cannot be told.
        available: Whether it can be had in practice; None: nobody knows.
    """

    route: Route
    open: Truth
    available: Truth

    @property
    def taken(self) -> Truth:
        """Whether this product can take it now: it is open by law, and can be had."""
        if False in (self.open, self.available):
            return False
        return None if None in (self.open, self.available) else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """What of a framework applies.

    Args:
        framework: Id of the framework.
        applies: Whether it applies at all; None: cannot be told from what was said.
        because: Why.
        product_class: The class; empty where the framework has none, or it cannot be told.
        categories: The kinds of products that make the class.
        routes: Ways to show conformity, those that are closed too.
        coming: What is still to come, with its day.
    """

    framework: str
    applies: Truth
    because: str
    product_class: str
    categories: tuple[Category, ...]
    routes: tuple[OpenRoute, ...]
    coming: tuple[Milestone, ...]


def applicability(framework: Framework, product: Product, now: date) -> Applicability:
    """What of a framework applies to a product at one moment."""
    chosen = tuple(each for each in framework.categories if each.id in product.categories)
    product_class = _class(framework, chosen)
    facts = product.facts(product_class, now, framework.state)
    applies = framework.applies.value(facts)
    routes = tuple(
        OpenRoute(route=each, open=each.open.value(facts), available=each.available.value(facts))
        for each in framework.routes
    )
    return Applicability(
        framework=framework.id,
        applies=applies,
        because=_because(framework, product, applies, product_class, now),
        product_class=product_class,
        categories=chosen,
        routes=routes,
        coming=tuple(each for each in framework.milestones if each.day > now),
    )


def _class(framework: Framework, chosen: tuple[Category, ...]) -> str:
    """The strictest class that one of its kinds puts the product into."""
    classes = {each.product_class for each in chosen}
    return next((each for each in STRICTEST if each in classes), framework.default_class)


def _because(framework: Framework, product: Product, applies: Truth, product_class: str, now: date) -> str:
    if applies is None:
        facts = product.facts(product_class, now)
        missing = [each for each in dict.fromkeys(framework.applies.names()) if facts(each) is None]
        return f"it was not said whether: {', '.join(missing)}"
    if not applies:
        return f"it does not fulfil: {framework.applies.text}"
    return f"it fulfils: {framework.applies.text}" if framework.applies.text else "it is for every product"


def holds_from(requirement: Requirement, framework: Framework) -> date | None:
    """From when a requirement holds for what is placed on the market from then on; None: always."""
    return requirement.since or framework.since


def time_reasons(
    requirement: Requirement, framework: Framework, product: Product, now: date
) -> Iterator[tuple[Truth, str]]:
    """Whether the time is such that a requirement holds, and why. Nothing where time plays no part.

    A product is placed on the market unit by unit. What was placed before a law holds is outside of it,
    unless the requirement says otherwise, or it was substantially modified.
    """
    if framework.until is not None and product.placed is not None and product.placed >= framework.until:
        yield False, f"it was placed on the market on {product.placed}; this held until {framework.until}"
    since = holds_from(requirement, framework)
    if since is None or requirement.older:
        return
    if product.placed_until is not None and product.placed_until < since:
        modified = product.flags.get("substantially_modified")
        if modified:
            yield True, f"the last unit was placed before {since}, but it was substantially modified since"
        else:
            yield False, f"the last unit was placed on the market on {product.placed_until}, before {since}"
    elif now < since:
        yield True, f"it holds for what is placed on the market from {since} on"
