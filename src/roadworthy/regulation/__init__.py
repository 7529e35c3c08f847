"""The regulation wing: law as data, and from answers to verdicts by clause.

It never says "compliant": it says what is met, what is missing, what nobody has shown, and what is at stake.
"""
