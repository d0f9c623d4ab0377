from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.model import Basis, Claim, Voice
from assistant.support import check_support
from tests.ledger.values import citation


def paraphrase(text: str, *quotes: str, voice: Voice | None = None, basis: Basis = Basis.PARAPHRASED) -> Claim:
    return Claim(text, "", basis, tuple(replace(citation(), quote=q, raw=q) for q in quotes), voice=voice)


@pytest.mark.parametrize(
    "text, quote",
    [
        ("Referrals grew by 21%.", "Referrals rose by 12% after the meetings began"),
        ("Referrals grew by twelve.", "Referrals rose by 12% after the meetings began"),
        ("Three boards published their figures.", "Four boards published their figures"),
        ("In 2019 the boards merged.", "In 2018 the boards merged"),
        ("Trust fell in the second year.", "Trust did not fall in the second year"),
        ("Trust did not grow in the second year.", "Trust grew in the second year"),
        ("Partners were able to refuse.", "Partners were never able to refuse"),
        ("The board published its figures.", "The board failed to publish its figures"),
        ("Referrals fell after the merger.", "Referrals rose after the merger"),
        ("Nurses were willing to report errors.", "Nurses were reluctant to report errors"),
        ("Morale improved on the wards.", "Morale worsened on the wards"),
        ("Leaders hold themselves to account.", "Leaders must hold themselves to account"),
        ("Every place shares one budget.", "We will have every place share one budget"),
        ("Staff were afraid to speak.", "Staff may have been afraid to speak"),
        ("Joint posts build trust.", "The data suggest joint posts build trust"),
        ("Trust improves retention.", "Smith and Ray (2010) found that trust improves retention"),
        ("Smith (2010) found that trust improves retention.", "Trust improves retention in every ward"),
        ("Nurses valued supervision.", "The car park was resurfaced in spring"),
    ],
)
def test_a_difference_that_can_be_pointed_to_is_a_no_with_its_reason(text: str, quote: str) -> None:
    verdict = check_support(paraphrase(text, quote))

    assert verdict.supported is False, verdict
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize(
    "text, quote",
    [
        ("Referrals grew by 12 per cent.", "Referrals grew by 12% after the meetings began"),
        ("About 1200 patients were referred.", "1,200 patients were referred"),
        ("Trust did not fall.", "Trust did not fall in the second year, and visits went on"),
        ("Partners felt safe to ask.", "Where the board published its own figures, partners felt safe to ask"),
        ("Referrals rose by 12%.", "Referrals rose by 12%, though staff may have been reluctant to speak"),
        ("Leaders must hold themselves to account.", "Leaders must hold themselves to account"),
        ("Smith (2010) found that trust improves retention.", "Smith (2010) found that trust improves retention"),
        ("Joint posts may build trust.", "Joint posts may build trust"),
        ("Not only nurses but doctors met weekly.", "Nurses and doctors met weekly"),
    ],
)
def test_a_claim_that_keeps_to_the_words_is_borne_out(text: str, quote: str) -> None:
    assert check_support(paraphrase(text, quote)).supported is True, check_support(paraphrase(text, quote))


@pytest.mark.parametrize(
    "text, quote",
    [
        ("People dared to raise concerns.", "partners felt safe to ask"),
        ("The board trusted its partners.", "Partners trusted the board"),
        ("Visits to Ellerwick rebuilt trust.", "visits rebuilt trust"),
        ("Visible chairs rebuilt trust.", "we rebuilt trust because our chair was visible"),
        ("Trust held.", "Trust did not collapse, and nobody left"),
        ("Les partenaires osaient demander.", "partners felt safe"),
    ],
)
def test_what_a_rule_cannot_tell_is_left_to_the_reader(text: str, quote: str) -> None:
    verdict = check_support(paraphrase(text, quote))

    assert verdict.supported is not True, verdict
    assert verdict.reason


def test_several_quotations_bear_a_claim_together() -> None:
    assert check_support(paraphrase("Trust grew and 12 boards met.", "trust grew slowly", "12 boards met")).supported


def test_what_another_work_found_may_be_said_as_such() -> None:
    quote = "Smith (2010) found that trust improves retention"

    assert check_support(paraphrase("Trust improves retention.", quote, voice=Voice.CITED_WORK)).supported


def test_what_a_participant_said_may_be_said_as_such() -> None:
    quote = "we rebuilt trust because our chair was visible"

    assert check_support(paraphrase("One director said they rebuilt trust.", quote)).supported
    assert check_support(paraphrase("Trust was rebuilt.", quote, voice=Voice.PARTICIPANT)).supported


def test_an_inference_is_never_borne_out_by_rule_but_may_be_refused() -> None:
    same = paraphrase("Partners felt safe to ask.", "partners felt safe to ask", basis=Basis.INFERRED)
    wrong = paraphrase("Trust fell.", "Trust did not fall", basis=Basis.INFERRED)

    assert check_support(same).supported is None
    assert check_support(wrong).supported is False


def test_a_quotation_bears_itself_and_a_claim_without_one_nothing() -> None:
    assert check_support(paraphrase("x", "y", basis=Basis.QUOTED)).supported
    assert check_support(paraphrase("Trust grew.")).supported is False
