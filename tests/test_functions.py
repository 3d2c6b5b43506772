"""The domain functions as people use them from Python."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lokapom_xl import functions as f
from lokapom_xl.numbers import CellError
from lokapom_xl.registry import FUNCTIONS

D = Decimal


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_worked_example(name: str) -> None:
    record = FUNCTIONS[name]
    assert record(*record.example.arguments) == record.example.result


def test_mixed_input_kinds() -> None:
    assert f.CAPAIAN("91,5", 92.24) == D("100.81")
    assert f.CAPAIAN(D("91.5"), "92.24") == D("100.81")
    assert f.CAPAIAN(91.5, "92,24 %") == D("100.81")


def test_minimize() -> None:
    assert f.CAPAIAN(10, 8, "minimize") == D("120.00")
    assert f.CAPAIAN(10, 8, "Maximize") == D("80.00")
    assert f.CAPAIAN(10, 8, "lain") == CellError("#VALUE!")


def test_target_zero_is_never_zero_nor_120() -> None:
    assert f.CAPAIAN(0, 100) == CellError("#DIV/0!")
    assert f.CAPAIAN("0,00", 0) == CellError("#DIV/0!")
    assert f.REALISASI(1, 0) == CellError("#DIV/0!")


@pytest.mark.parametrize("blank", [None, "", "-"])
def test_not_yet_measured_gives_a_dash(blank: object) -> None:
    assert f.CAPAIAN(91.5, blank) == "-"
    assert f.NPI(blank, 2023) == "-"
    assert f.KRITERIA(blank, 2023) == "-"
    assert f.REALISASI(blank, 5) == "-"
    assert f.NPS([blank]) == "-"
    assert f.NPS([blank, 100]) == D(100)


@pytest.mark.parametrize("code", ["#N/A", "#DIV/0!", "#REF!"])
def test_errors_propagate_unchanged(code: str) -> None:
    assert f.CAPAIAN(91.5, CellError(code)) == CellError(code)
    assert f.CAPAIAN("-", code) == CellError(code)
    assert f.NPS([100, CellError(code), "-"]) == CellError(code)
    assert f.PREDIKAT(CellError(code), 2023) == CellError(code)


@pytest.mark.parametrize("text", ["30.000", "abc", "50,00*"])
def test_ambiguous_and_senseless_text(text: str) -> None:
    result = f.CAPAIAN(2.5, text)
    assert result == CellError("#VALUE!") and text[:5] in result.message
    assert f.ANGKA(text) == CellError("#VALUE!")


def test_a_year_without_reviewed_rules_names_the_remedy() -> None:
    for result in (f.KRITERIA(100, 2024), f.PREDIKAT(100, 2022), f.NPI(100, 2019), f.NKA(90, 90, 2024)):
        assert isinstance(result, CellError) and result.name == "aturan-belum-ditinjau"
        assert "lokapom_xl/regulations/" in result.message and "--rules-of" in result.message
    assert f.KRITERIA(100, "dua ribu") == CellError("#VALUE!")


def test_arrays_keep_their_shape() -> None:
    assert f.CAPAIAN([91.5, 97.4], [92.24, "-"]) == [D("100.81"), "-"]
    assert f.CAPAIAN([[91.5], [0]], [[92.24], [1]]) == [[D("100.81")], [CellError("#DIV/0!")]]
    assert f.NPI([126.58, 99], 2023) == [D(120), D(99)]
    with pytest.raises(ValueError, match="different length"):
        f.CAPAIAN([1, 2, 3], [1, 2])
    with pytest.raises(TypeError):
        f.CAPAIAN(1)


def test_means_stay_unrounded_and_labels_round_first() -> None:
    assert f.NPS([[100], [90.89]]) == D("95.445")
    assert f.PREDIKAT(D("89.995"), 2023) == "Baik"
    assert f.PREDIKAT(D("100.004"), 2023) == "Baik"
    assert f.PREDIKAT(D("100.005"), 2023) == "Istimewa"
    assert f.EFISIENSI(D("-0.0034")) == "Efisien"
    assert f.EFISIENSI(D("-0.005")) == "Tidak Efisien"


def test_weights() -> None:
    assert f.NPS([100, 80], [2, 1]) == D("93.33333333333333333333333333333333333333")
    assert f.NPS([100, "-"], [2, 1]) == D(100)
    assert f.NPS([100, 80], [1]) == CellError("#VALUE!")
    assert f.NPS([100, 80], [1, "-"]) == CellError("#VALUE!")


def test_direct_realisasi_counts_only_without_a_ratio() -> None:
    assert f.REALISASI("-", "-", None, 74.71) == D("74.71")
    assert f.REALISASI(161, 161, 50) == D("50.00")
    assert f.REALISASI(1, 2, None, 74.71) == D("50.00")
    assert f.REALISASI(1, "-", None, 74.71) == "-"


def test_declared_adjustment() -> None:
    assert f.PENYESUAIAN(100, None) == D(100)
    assert f.PENYESUAIAN(100, 120) == D(120)
    assert f.PENYESUAIAN("-", 120) == "-"
