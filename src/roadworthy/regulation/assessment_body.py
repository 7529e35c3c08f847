"""An assessment as the JSON body of an envelope, type `roadworthy.assessment/v1`."""

from roadworthy.codecs.plain import Json, to_plain
from roadworthy.regulation.applicability import Applicability, OpenRoute
from roadworthy.regulation.assessment import Assessment, Chapter
from roadworthy.regulation.money import NO_ADVICE


def body_of(assessment: Assessment) -> dict[str, Json]:
    """The body."""
    return {
        "product": to_plain(assessment.product),
        "as_of": assessment.now.isoformat(),
        "no_advice": NO_ADVICE,
        "frameworks": [_chapter(each) for each in assessment.chapters],
    }


def _chapter(chapter: Chapter) -> Json:
    return {
        "id": chapter.applicability.framework,
        "title": chapter.title,
        "version": chapter.version,
        "as_of": chapter.as_of.isoformat(),
        **_applicability(chapter.applicability),
        "requirements": to_plain(chapter.requirements),
    }


def _applicability(own: Applicability) -> dict[str, Json]:
    return {
        "applies": own.applies,
        "because": own.because,
        "product_class": own.product_class,
        "categories": to_plain(own.categories),
        "routes": [_route(each) for each in own.routes],
        "coming": to_plain(own.coming),
    }


def _route(own: OpenRoute) -> Json:
    return {
        "id": own.route.id,
        "title": own.route.title,
        "legally_open": own.open,
        "available_in_practice": own.available,
        "can_be_taken": own.taken,
        "because": own.route.because,
        "source": own.route.source,
    }
