"""Who a character is in society: the 22 lines of SPeCtrum's social identity.

All free text and all optional: a keeper of a light may have a class and no income.
Knows nothing of how the lines become prompt text (see `sheet`).
"""

from __future__ import annotations

from personas.fields import SPECTRUM, Layer, documented


class SocialIdentity(Layer):
    """The S layer; a value, owned by its persona, any thread."""

    age: str = documented("", "Age", "In years, or as people would say it.", SPECTRUM)
    sex: str = documented("", "Sex", "As assigned at birth.", SPECTRUM)
    gender: str = documented("", "Gender", "As {they} would name it {themself}.", SPECTRUM)
    sexual_orientation: str = documented(
        "", "Sexual orientation", "As {they} would name it, if {they} would.", SPECTRUM
    )
    ethnicity: str = documented("", "Ethnicity", "Where {their} people come from.", SPECTRUM)
    race: str = documented("", "Race", "One or several, as {they} [sees|see] it.", SPECTRUM)
    disability: str = documented("", "Disability", "What the body or mind makes hard.", SPECTRUM)
    nationality: str = documented("", "Nationality", "Country of birth.", SPECTRUM)
    dual_nationality: str = documented("", "Second nationality", "A second passport.", SPECTRUM)
    nationality_more_important: str = documented(
        "", "Nationality that matters more", "Which of the two feels like {theirs}.", SPECTRUM
    )
    residence: str = documented("", "Residence", "Where {they} [lives|live] now.", SPECTRUM)
    education: str = documented(
        "", "Education", "The schooling {they} finished, or left.", SPECTRUM
    )
    occupation: str = documented(
        "", "Employment", "Employed, retired, student, between things.", SPECTRUM
    )
    major: str = documented(
        "", "Field of study", "What {they} [studies|study] or studied.", SPECTRUM
    )
    job: str = documented("", "Job", "What {they} [does|do] for a living.", SPECTRUM)
    perceived_income: str = documented(
        "", "Household income", "A bracket or a plain sum, by month or year.", SPECTRUM
    )
    subjective_income: str = documented(
        "", "Income beside others", "From far below to far above others.", SPECTRUM
    )
    income_satisfaction: str = documented(
        "", "Satisfaction with income", "How content {they} [is|are] with it.", SPECTRUM
    )
    perceived_class: str = documented(
        "", "Class", "Where {they} [places|place] {themself}.", SPECTRUM
    )
    living_style: str = documented("", "Household", "Alone, with whom, with what.", SPECTRUM)
    political_affiliation: str = documented(
        "", "Politics", "Where {they} [stands|stand], or that {they} will not say.", SPECTRUM
    )
    religion: str = documented("", "Religion", "Belief, practice, or its absence.", SPECTRUM)
