"""Entry level by policy: every combination of facts against a plain reading of the rule, and the words shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.banding import Band
from vacancies.entry_level import DEFAULT_POLICY, EntryLevelPolicy, Facts, Input, Result, classify

BANDS = [None, *(Band(number) for number in range(1, 10)), Band(8, "a")]
LEVELS = [None, 2, 3, 4, 5, 6, 7]
SAID = [None, True, False]
POLICIES = st.builds(
    EntryLevelPolicy,
    version=st.integers(1, 99),
    bands=st.frozensets(st.integers(1, 9)),
    apprenticeship_levels=st.frozensets(st.integers(2, 7)),
    registration_excludes=st.booleans(),
    paid_care_experience_excludes=st.booleans(),
)


@pytest.mark.parametrize(("band", "level", "registration", "care"), list(product(BANDS, LEVELS, SAID, SAID)))
def test_every_combination_under_the_default_policy(band, level, registration, care):
    """(band 2-3 or level 2-3) and no registration and no paid care experience; an unknown band that matters is open."""
    if registration or care:
        expected = "no"
    elif level in (2, 3):
        expected = "yes"
    elif band is None:
        expected = "unclassified"
    else:
        expected = "yes" if band.number in (2, 3) else "no"
    assert classify(Facts(band, level, registration, care)).entry_level == expected


class TestWhatIsShown:
    def test_a_plain_yes(self):
        assert classify(Facts(band=Band(2))) == Result(
            entry_level="yes",
            reason="Entry level: Band 2.",
            inputs=(
                Input("Band", "Band 2", "Within Band 2 or 3"),
                Input("Apprenticeship level", "Not stated", "Counts as no apprenticeship"),
                Input("Professional registration", "Not stated", "Counts as not required"),
                Input("Paid care experience", "Not stated", "Counts as not required"),
            ),
            policy_version=1,
        )

    def test_everything_stated(self):
        facts = Facts(Band(4), 3, registration_required=False, paid_care_experience_required=True)
        assert classify(facts) == Result(
            entry_level="no",
            reason="Not entry level: the advert requires paid care experience.",
            inputs=(
                Input("Band", "Band 4", "Outside Band 2 or 3"),
                Input("Apprenticeship level", "Level 3", "Within level 2 or 3"),
                Input("Professional registration", "Not required", "Does not exclude"),
                Input("Paid care experience", "Required", "Excludes"),
            ),
            policy_version=1,
        )

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (Facts(), "Not classified yet: the pay band is not known. Give the band."),
            (Facts(apprenticeship_level=2), "Entry level: an apprenticeship of level 2."),
            (Facts(band=Band(8, "a")), "Not entry level: Band 8a is outside Band 2 or 3."),
            (Facts(registration_required=True), "Not entry level: the advert requires a professional registration."),
        ],
    )
    def test_reasons(self, facts, reason):
        assert classify(facts).reason == reason

    def test_an_unknown_band_says_what_it_needs(self):
        assert classify(Facts()).inputs[0] == Input("Band", "Not known", "Needed, unless another fact settles it")


class TestOtherPolicies:
    def test_a_switched_off_exclusion(self):
        policy = EntryLevelPolicy(version=2, paid_care_experience_excludes=False)
        result = classify(Facts(band=Band(3), paid_care_experience_required=True), policy=policy)
        assert (result.entry_level, result.policy_version) == ("yes", 2)
        assert result.inputs[3] == Input("Paid care experience", "Required", "Does not matter under this policy")

    def test_a_wider_band(self):
        policy = EntryLevelPolicy(version=3, bands=frozenset({2, 3, 4}))
        assert classify(Facts(band=Band(4)), policy=policy).entry_level == "yes"

    def test_no_apprenticeships(self):
        policy = EntryLevelPolicy(version=4, apprenticeship_levels=frozenset())
        result = classify(Facts(band=Band(5), apprenticeship_level=2), policy=policy)
        assert (result.entry_level, result.inputs[1]) == (
            "no",
            Input("Apprenticeship level", "Level 2", "Outside no level"),
        )

    @given(POLICIES, st.sampled_from(BANDS), st.sampled_from(LEVELS), st.sampled_from(SAID), st.sampled_from(SAID))
    def test_stating_no_is_the_same_as_not_stating_it(self, policy, band, level, registration, care):
        stated = Facts(band, level, bool(registration), bool(care))
        silent = Facts(band, level, registration or None, care or None)
        assert classify(stated, policy=policy).entry_level == classify(silent, policy=policy).entry_level

    @given(POLICIES, st.sampled_from(LEVELS), st.sampled_from(SAID), st.sampled_from(SAID))
    def test_what_is_settled_without_a_band_stays_so_with_any(self, policy, level, registration, care):
        unknown = classify(Facts(None, level, registration, care), policy=policy).entry_level
        answers = {classify(Facts(band, level, registration, care), policy=policy).entry_level for band in BANDS[1:]}
        assert unknown == "unclassified" or answers == {unknown}


class TestStoredPolicies:
    @given(POLICIES)
    def test_there_and_back(self, policy):
        assert EntryLevelPolicy.of(policy.as_value(), version=policy.version) == policy

    def test_what_is_absent_is_the_default(self):
        assert EntryLevelPolicy.of({}, version=1) == DEFAULT_POLICY

    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            ({"band": [2]}, "The entry-level policy has no “band”."),
            ({"bands": "2-3"}, "“bands” must be a list of whole numbers from 1 to 9."),
            ({"bands": [2, True]}, "“bands” must be a list of whole numbers from 1 to 9."),
            ({"bands": [0]}, "“bands” must be a list of whole numbers from 1 to 9."),
            ({"apprenticeship_levels": [1]}, "“apprenticeship_levels” must be a list of whole numbers from 2 to 7."),
            ({"registration_excludes": 1}, "“registration_excludes” must be true or false."),
        ],
    )
    def test_what_is_wrong_is_said(self, value, sentence):
        with pytest.raises(ValueError, match=r"\.$") as caught:
            EntryLevelPolicy.of(value, version=1)
        assert str(caught.value) == sentence


def test_a_site_that_is_not_in_scope_is_outside_whatever_the_band():
    facts = Facts(band=Band(2), apprenticeship_level=2, site_out_of_scope="Milton Keynes")
    found = classify(facts)
    assert (found.entry_level, found.reason) == (
        "no",
        "Outside the 20%: Milton Keynes is not among the sites in scope.",
    )
    assert [(each.label, each.value, each.effect) for each in found.inputs][-1] == (
        "Site",
        "Milton Keynes",
        "Not in scope",
    )
    assert "Site" not in [each.label for each in classify(Facts(band=Band(2))).inputs]
