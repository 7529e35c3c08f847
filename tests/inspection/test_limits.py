from roadworthy.inspection.limits import Budget, Limits


def test_a_limit_may_be_used_up_and_not_exceeded() -> None:
    budget = Budget(Limits(nodes=2, attempts=1))
    assert [budget.spend("nodes"), budget.spend("nodes"), budget.exceeded] == [True, True, ""]
    assert [budget.spend("nodes"), budget.exceeded] == [False, "nodes"]
    assert [budget.spend("attempts", 5), budget.exceeded] == [False, "nodes"]
