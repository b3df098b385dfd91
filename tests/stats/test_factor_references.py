"""Factor models, reliability and validity against lavaan, psych and semTools."""

import numpy as np
import pytest

from gapless_stats.factors.adequacy import kmo, sphericity
from gapless_stats.factors.confirmatory import compare, fit
from gapless_stats.factors.invariance import invariance
from gapless_stats.factors.model import Model, Scale
from gapless_stats.factors.robust import satorra_bentler, yuan_bentler
from gapless_stats.factors.samples import FourthMoments, Sample
from gapless_stats.index import satisfaction_index
from gapless_stats.inference.anova import one_way_anova
from gapless_stats.moments import Moments, Sums
from gapless_stats.omega import omega_hierarchical
from gapless_stats.reliability import cronbach_alpha, item_analysis
from gapless_stats.validity import convergent_validity
from tests.stats.conftest import columns_of, rows_of

pytestmark = pytest.mark.real_data

ITEMS = tuple(f"x{item}" for item in range(1, 10))
MODEL = Model({"visual": ITEMS[:3], "textual": ITEMS[3:6], "speed": ITEMS[6:]})


def numbers(rows, names):
    return np.array([[float(row[name]) for name in names] for row in rows])


@pytest.fixture
def pupils(shared_data):
    """Holzinger and Swineford 1939: nine tests of 301 pupils of two schools."""
    return rows_of(shared_data / "reference_small" / "holzinger_swineford1939.csv")


@pytest.fixture
def sample(pupils):
    return Sample.of_rows(numbers(pupils, ITEMS), ITEMS)


@pytest.fixture
def found(sample):
    return fit(MODEL, sample)


FIT = {
    "chi2": lambda found: found.indices.chi_square,
    "df": lambda found: found.indices.df,
    "p": lambda found: found.indices.p_value,
    "baseline_chi2": lambda found: found.indices.baseline_chi_square,
    "baseline_df": lambda found: found.indices.baseline_df,
    "CFI": lambda found: found.indices.cfi,
    "TLI": lambda found: found.indices.tli,
    "logl": lambda found: found.log_likelihood,
    "logl_unrestricted": lambda found: found.saturated_log_likelihood,
    "AIC": lambda found: found.aic,
    "BIC": lambda found: found.bic,
    "RMSEA": lambda found: found.indices.rmsea,
    "RMSEA_90%_lower": lambda found: found.indices.rmsea_interval.low,
    "RMSEA_90%_upper": lambda found: found.indices.rmsea_interval.high,
    "SRMR": lambda found: found.srmr,
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("chi2", marks=pytest.mark.reference("cfa.hs.chi2")),
        pytest.param("df", marks=pytest.mark.reference("cfa.hs.df")),
        pytest.param("p", marks=pytest.mark.reference("cfa.hs.p")),
        pytest.param("baseline_chi2", marks=pytest.mark.reference("cfa.hs.baseline_chi2")),
        pytest.param("baseline_df", marks=pytest.mark.reference("cfa.hs.baseline_df")),
        pytest.param("CFI", marks=pytest.mark.reference("cfa.hs.CFI")),
        pytest.param("TLI", marks=pytest.mark.reference("cfa.hs.TLI")),
        pytest.param("logl", marks=pytest.mark.reference("cfa.hs.logl")),
        pytest.param(
            "logl_unrestricted", marks=pytest.mark.reference("cfa.hs.logl_unrestricted")
        ),
        pytest.param("AIC", marks=pytest.mark.reference("cfa.hs.AIC")),
        pytest.param("BIC", marks=pytest.mark.reference("cfa.hs.BIC")),
        pytest.param("RMSEA", marks=pytest.mark.reference("cfa.hs.RMSEA")),
        pytest.param(
            "RMSEA_90%_lower", marks=pytest.mark.reference("cfa.hs.RMSEA_90%_lower")
        ),
        pytest.param(
            "RMSEA_90%_upper", marks=pytest.mark.reference("cfa.hs.RMSEA_90%_upper")
        ),
        pytest.param("SRMR", marks=pytest.mark.reference("cfa.hs.SRMR")),
    ],
)
def test_how_three_factors_fit(name, found, agrees):
    agrees(f"cfa.hs.{name}", FIT[name](found))


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("x1", marks=pytest.mark.reference("cfa.hs.loading.x1")),
        pytest.param("x2", marks=pytest.mark.reference("cfa.hs.loading.x2")),
        pytest.param("x3", marks=pytest.mark.reference("cfa.hs.loading.x3")),
        pytest.param("x4", marks=pytest.mark.reference("cfa.hs.loading.x4")),
        pytest.param("x5", marks=pytest.mark.reference("cfa.hs.loading.x5")),
        pytest.param("x6", marks=pytest.mark.reference("cfa.hs.loading.x6")),
        pytest.param("x7", marks=pytest.mark.reference("cfa.hs.loading.x7")),
        pytest.param("x8", marks=pytest.mark.reference("cfa.hs.loading.x8")),
        pytest.param("x9", marks=pytest.mark.reference("cfa.hs.loading.x9")),
    ],
)
def test_loadings_in_units_of_the_first_item(item, found, agrees):
    agrees(f"cfa.hs.loading.{item}", found.solution.loadings[ITEMS.index(item)].sum())


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("x1", marks=pytest.mark.reference("cfa.hs.std.x1")),
        pytest.param("x2", marks=pytest.mark.reference("cfa.hs.std.x2")),
        pytest.param("x3", marks=pytest.mark.reference("cfa.hs.std.x3")),
        pytest.param("x4", marks=pytest.mark.reference("cfa.hs.std.x4")),
        pytest.param("x5", marks=pytest.mark.reference("cfa.hs.std.x5")),
        pytest.param("x6", marks=pytest.mark.reference("cfa.hs.std.x6")),
        pytest.param("x7", marks=pytest.mark.reference("cfa.hs.std.x7")),
        pytest.param("x8", marks=pytest.mark.reference("cfa.hs.std.x8")),
        pytest.param("x9", marks=pytest.mark.reference("cfa.hs.std.x9")),
    ],
)
def test_standardised_loadings(item, found, agrees):
    loadings = found.solution.standardised_loadings
    agrees(f"cfa.hs.std.{item}", loadings[ITEMS.index(item)].sum())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "visual",
            "textual",
            marks=pytest.mark.reference("cfa.hs.cor.visual~~textual"),
        ),
        pytest.param(
            "visual", "speed", marks=pytest.mark.reference("cfa.hs.cor.visual~~speed")
        ),
        pytest.param(
            "textual", "speed", marks=pytest.mark.reference("cfa.hs.cor.textual~~speed")
        ),
    ],
)
def test_factor_correlations(one, other, found, agrees):
    agrees(f"cfa.hs.cor.{one}~~{other}", found.parameter(one, "~~", other).standardised)


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize(
    "level",
    [
        pytest.param(0, marks=pytest.mark.reference("cfa.hs.mg.configural")),
        pytest.param(1, marks=pytest.mark.reference("cfa.hs.mg.metric")),
        pytest.param(2, marks=pytest.mark.reference("cfa.hs.mg.scalar")),
        pytest.param(3, marks=pytest.mark.reference("cfa.hs.mg.strict")),
    ],
)
def test_two_schools(level, scale, pupils, agrees):
    schools = {
        school: Sample.of_rows(
            numbers([row for row in pupils if row["school"] == school], ITEMS), ITEMS
        )
        for school in ("Pasteur", "Grant-White")
    }
    steps = invariance(Model(MODEL.factors, scale=scale), schools)
    name = ("configural", "metric", "scalar", "strict")[level]
    indices = steps.fits[level].indices

    agrees(
        f"cfa.hs.mg.{name}",
        [indices.chi_square, indices.df, indices.cfi, indices.rmsea],
    )
    assert steps.reached.name == "METRIC"
    assert not steps.means_compare


@pytest.mark.reference("cfa.hs.onefactor")
@pytest.mark.reference("cfa.hs.diff")
def test_one_factor_is_too_few(sample, found, agrees):
    one = fit(Model({"general": ITEMS}), sample)
    difference = compare(one, found)

    agrees("cfa.hs.onefactor", [*fitted(one)[:3], one.indices.rmsea, one.srmr])
    agrees("cfa.hs.diff", [difference.chi_square, difference.df])


@pytest.mark.reference("cfa.hs.MLM")
@pytest.mark.reference("cfa.hs.MLR")
def test_answers_that_are_not_normal(pupils, agrees):
    fourth = FourthMoments.of_rows(numbers(pupils, ITEMS), ITEMS)
    mlm, mlr = satorra_bentler(MODEL, fourth), yuan_bentler(MODEL, fourth)

    agrees("cfa.hs.MLM", [mlm.chi_square, mlm.scaling])
    agrees("cfa.hs.MLR", [mlr.chi_square, mlr.scaling])


@pytest.mark.reference("rel.hs.alpha")
@pytest.mark.reference("rel.hs.omega")
@pytest.mark.reference("rel.hs.ave")
def test_reliability_of_the_three_factors(pupils, found, agrees):
    validity = convergent_validity(found.solution)

    agrees(
        "rel.hs.alpha", [alpha_of(numbers(pupils, own)) for own in MODEL.factors.values()]
    )
    agrees("rel.hs.omega", validity.omega)
    agrees("rel.hs.ave", validity.extracted_variance)


def alpha_of(rows):
    in_millionths = np.rint(rows * 10**6).astype(np.int64)
    return cronbach_alpha(Moments.of(in_millionths)).value


@pytest.mark.reference("sem.bollen")
@pytest.mark.parametrize("scale", Scale)
def test_industrialisation_and_democracy(scale, shared_data, agrees):
    """Bollen 1989, p. 324: two waves of democracy, with residuals that go together."""
    rows = rows_of(shared_data / "reference_small" / "political_democracy.csv")
    names = tuple(rows[0])
    model = Model(
        {
            "ind60": ("x1", "x2", "x3"),
            "dem60": ("y1", "y2", "y3", "y4"),
            "dem65": ("y5", "y6", "y7", "y8"),
        },
        regressions={"dem60": ("ind60",), "dem65": ("ind60", "dem60")},
        covariances=(
            ("y1", "y5"),
            ("y2", "y4"),
            ("y2", "y6"),
            ("y3", "y7"),
            ("y4", "y8"),
            ("y6", "y8"),
        ),
        scale=scale,
    )

    agrees("sem.bollen", fitted(fit(model, Sample.of_rows(numbers(rows, names), names))))


def fitted(found):
    indices = found.indices
    numbers = [indices.chi_square, indices.df, indices.cfi, indices.tli]
    return [*numbers, indices.rmsea, found.srmr]


@pytest.fixture
def attitudes(shared_data):
    rows = rows_of(shared_data / "reference_small" / "attitude.csv")
    names = [name for name in rows[0] if name != "rownames"]
    return Moments.of(columns_of(rows, names))


@pytest.mark.reference("alpha.attitude")
@pytest.mark.reference("alpha.attitude.drop")
@pytest.mark.reference("alpha.attitude.rdrop")
def test_items_about_a_department(attitudes, agrees):
    found = item_analysis(attitudes)
    whole = [found.alpha, found.standardised, found.smallest_split]
    parts = [found.mean_correlation, found.error, found.mean, found.sd]

    agrees("alpha.attitude", [*whole, *parts])
    agrees("alpha.attitude.drop", found.alpha_if_deleted)
    agrees("alpha.attitude.rdrop", found.corrected_total)


@pytest.mark.reference("kmo.attitude")
@pytest.mark.reference("omega.attitude")
def test_factors_of_a_department(attitudes, agrees):
    sample = Sample.of(attitudes)
    test = sphericity(sample)

    agrees("kmo.attitude", [kmo(sample).overall, test.chi_square, test.df, test.p_value])
    agrees("omega.attitude", omega_hierarchical(sample, 1).total)


@pytest.mark.reference("omega.thurstone")
def test_nine_tests_of_thurstone(shared_data, agrees):
    rows = rows_of(shared_data / "reference_small" / "thurstone_corr.csv")
    names = [name for name in rows[0] if name]
    sample = Sample.covariance_of(numbers(rows, names), n=213, names=names)
    found = omega_hierarchical(sample, 3)

    agrees(
        "omega.thurstone",
        [found.hierarchical, found.alpha, found.total, found.smallest_split],
    )


REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}


@pytest.mark.reference("alpha.bfi.pairwise")
def test_alphas_with_medians_for_what_is_missing(shared_data, agrees):
    """As psych's scoreItems does; its own words for the entry are "imputing medians"."""
    rows = rows_of(shared_data / "reference_small" / "bfi.csv")
    found = []
    for trait in "ACENO":
        names = [f"{trait}{item}" for item in range(1, 6)]
        columns = []
        for name in names:
            given = [int(float(row[name])) if row[name] else None for row in rows]
            median = int(np.median([each for each in given if each is not None]))
            column = np.array([median if each is None else each for each in given])
            columns.append(7 - column if name in REVERSED else column)
        found.append(cronbach_alpha(Moments.of(np.column_stack(columns))).value)

    agrees("alpha.bfi.pairwise", found)


@pytest.mark.reference("acsi.mobi")
def test_a_satisfaction_index(shared_data, agrees):
    rows = rows_of(shared_data / "reference_small" / "ecsi_mobile_mobi.csv")
    moments = Moments.of(columns_of(rows, ["CUSA1", "CUSA2", "CUSA3"]))
    alike = satisfaction_index(moments, low=1, high=10)
    weighted = satisfaction_index(moments, low=1, high=10, weights=(0.3885, 0.3190, 0.2925))

    agrees("acsi.mobi", [*moments.mean, alike.value, weighted.value])


@pytest.fixture
def kiosk(shared_data):
    rows = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    return [row for row in rows if row["kept_by_authors"] == "1"]


@pytest.fixture
def dimensions(shared_data):
    found = {}
    for row in rows_of(shared_data / "kiosk_servqual" / "items.csv"):
        if row["instrument"] == "perception" and row["final_dimension"]:
            found.setdefault(row["final_dimension"], []).append(row["item"])
    return found


TWO = {"satisfaction": ("overall1", "overall2"), "reuse": ("overall3", "overall4")}
ONE = {"outcome": ("overall1", "overall2", "overall3", "overall4")}


@pytest.mark.parametrize(
    ("name", "letter", "outcomes"),
    [
        pytest.param("p", "p", {}, marks=pytest.mark.reference("kiosk.cfa.p")),
        pytest.param("sat", "sat", {}, marks=pytest.mark.reference("kiosk.cfa.sat")),
        pytest.param("2dv", "sat", TWO, marks=pytest.mark.reference("kiosk.cfa.2dv")),
        pytest.param("1dv", "sat", ONE, marks=pytest.mark.reference("kiosk.cfa.1dv")),
    ],
)
def test_six_dimensions_of_a_kiosk(name, letter, outcomes, kiosk, dimensions, agrees):
    factors = {
        dimension: tuple(f"{letter}{item}" for item in items)
        for dimension, items in dimensions.items()
    }
    model = Model(factors | outcomes)
    sample = Sample.of(Moments.of(columns_of(kiosk, model.observed)), model.observed)
    found = fit(model, sample)

    agrees(f"kiosk.cfa.{name}", [*fitted(found), found.n])


@pytest.mark.reference("turkiye")
def test_two_factors_of_a_course_evaluation(shared_data, agrees):
    rows = rows_of(shared_data / "turkiye_course_evaluation" / "responses.csv")
    names = tuple(f"Q{item}" for item in range(1, 29))
    answers = columns_of(rows, names)
    moments = Moments.of(answers)
    found = fit(
        Model({"course": names[:12], "lecturer": names[12:]}), Sample.of(moments, names)
    )
    who = np.array([row["instr"] for row in rows])
    totals = answers.sum(axis=1)
    test = one_way_anova(
        [Sums.of(totals[who == each], scale=28) for each in np.unique(who)]
    )
    indices = found.indices

    agrees(
        "turkiye",
        [
            cronbach_alpha(moments).value,
            int((np.ptp(answers, axis=1) == 0).sum()),
            *(indices.chi_square, indices.df, indices.cfi, indices.rmsea, found.srmr),
            test.f,
        ],
    )
