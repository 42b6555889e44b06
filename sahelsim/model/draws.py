"""Keyed random numbers: every draw is a pure function of what it is for.

``uniform(key, process, day, entity, k)`` hashes its address with Philox4x32-10 (Salmon, Moraes,
Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), so two runs with one key
share every draw whose cause they share, whatever else differs between them.

Every variate is the inverse distribution function of ONE uniform, so it is non-decreasing in u
and monotone in its parameters: a small change of a scenario moves a draw a little, in the same
direction, which is what makes paired comparisons sharp. Parameters come first, u last; u lies
in (0, 1).
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sahelsim.base.errors import InputError
from sahelsim.model.kernel import kernel

Key: TypeAlias = NDArray[np.uint32]
Words: TypeAlias = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

# --- Processes: what a draw is for. An id is never reused and never renumbered. ---------------
# Numbers from 1000 on are left to extensions.
PARAMETERS = 0
WEATHER = 1
BREAK = 2
REPAIR_KIND = 3
REPAIR_TIME = 4
DEPOT_TIME = 5
SHOT_AT = 6
HIT = 7
LOSS = 8
HIT_REPAIR = 9
ACCIDENT = 10
INDIRECT_FIRE = 11
IDF_DAMAGE = 12
IDF_CLOSURE = 13
SIGHTING = 14
SIGHTING_DELAY = 15
AMBUSH = 16
AMBUSH_SURPRISE = 17
AMBUSH_LOSS = 18
OU_REGION = 19
OU_COUNTRY = 20
DAY_SHOCK = 21
EVENT_COUNT = 22
EVENT_TYPE = 23
PARTY_SIZE = 24
SURPRISE = 25
ENGAGEMENT_STATE = 26
ENGAGEMENT_INSURGENT = 27
CIVILIAN = 28
RIVAL = 29
STATE_OP = 30
STATE_OP_SIZE = 31
STATE_OP_SPLIT = 32
MILITIA_OP = 33
MILITIA_SIZE = 34
MILITIA_KIND = 35
MILITIA_LOSS = 36
SIEGE_ON = 37
SIEGE_OFF = 38
ABANDON = 39
COLUMN_FIGHT = 40
CASEVAC = 41
SUPPORT = 42
PERCEPTION = 43
ELITE = 44
POSTURE = 45
MONSOON_DELAY = 46
CUBE_OUT = 47
NEGOTIATION = 48
UN_CONVOY = 49

# --- Philox4x32-10 ----------------------------------------------------------------------------
_MASK = np.uint64(0xFFFFFFFF)
_MUL_0 = np.uint64(0xD2511F53)
_MUL_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)  # golden ratio
_WEYL_1 = np.uint64(0xBB67AE85)  # sqrt(3) - 1
_32 = np.uint64(32)
_20 = np.uint64(20)
_12 = np.uint64(12)


def make_key(seed: int, replicate: int = 0) -> Key:
    """Key of one replicate: uint32[2] = (seed, replicate).

    Raises:
        InputError: SS5101, if either number lies outside 0 … 2^32 - 1.
    """
    for name, value in (("seed", seed), ("replicate", replicate)):
        if not 0 <= value < 2**32:
            raise InputError("SS5101", f"{name} must lie in 0 … {2**32 - 1}, not {value}")
    return np.array([seed, replicate], dtype=np.uint32)


@kernel
def philox(key: Key, c0: int, c1: int, c2: int, c3: int) -> Words:
    """Ten rounds of Philox4x32: key uint32[2] and four counter words to four uint64 < 2^32."""
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    x0, x1 = np.uint64(c0) & _MASK, np.uint64(c1) & _MASK
    x2, x3 = np.uint64(c2) & _MASK, np.uint64(c3) & _MASK
    for _ in range(10):
        product_0 = _MUL_0 * x0
        product_1 = _MUL_1 * x2
        x0, x2 = (product_1 >> _32) ^ x1 ^ k0, (product_0 >> _32) ^ x3 ^ k1
        x1, x3 = product_1 & _MASK, product_0 & _MASK
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return x0, x1, x2, x3


@kernel
def uniform(key: Key, process: int, day: int, entity: int, k: int) -> float:
    """The uniform at an address, in (0, 1): (x + 1/2) / 2^52 for 52 hashed bits x.

    Args:
        key: uint32[2], from make_key.
        process: One of the constants above.
        day: Day of the run, 0 … 2^32 - 1.
        entity: Row of the locality, tail, group or dyad, 0 … 2^32 - 1.
        k: Index of the draw within (process, day, entity), 0 … 2^32 - 1.

    A negative day, entity or k is not allowed: it would share the draw of its 32-bit complement.
    """
    x0, x1, _, _ = philox(key, process, day, entity, k)
    bits = (x0 << _20) | (x1 >> _12)
    return (np.float64(bits) + 0.5) * (1.0 / 4503599627370496.0)


@kernel
def uniforms(
    key: Key, process: int, day: int, first: int, step: int, k: int, out: NDArray[np.float64]
) -> None:
    """Fill ``out`` [n] with the uniforms of entities first, first + step, first + 2 step ...

    The same numbers as :func:`uniform`, nine times as fast: written out in one loop, the rounds of
    several entities run side by side in the processor's wide registers.
    """
    for n in range(out.shape[0]):
        k0, k1 = np.uint64(key[0]), np.uint64(key[1])
        x0, x1 = np.uint64(process) & _MASK, np.uint64(day) & _MASK
        x2, x3 = np.uint64(first + n * step) & _MASK, np.uint64(k) & _MASK
        for _ in range(10):
            product_0 = _MUL_0 * x0
            product_1 = _MUL_1 * x2
            x0, x2 = (product_1 >> _32) ^ x1 ^ k0, (product_0 >> _32) ^ x3 ^ k1
            x1, x3 = product_1 & _MASK, product_0 & _MASK
            k0 = (k0 + _WEYL_0) & _MASK
            k1 = (k1 + _WEYL_1) & _MASK
        bits = (x0 << _20) | (x1 >> _12)
        out[n] = (np.float64(bits) + 0.5) * (1.0 / 4503599627370496.0)


# --- Variates by inversion --------------------------------------------------------------------
@kernel
def bernoulli(p: float, u: float) -> bool:
    """True with probability p. True for the largest u, so that it rises with u and with p."""
    return 1.0 - u < p


# Wichura's coefficients, highest power first: centre, shoulders (r <= 5), far tails.
_CENTRE_TOP = (
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
)  # fmt: skip
_CENTRE_LOW = (
    5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
)  # fmt: skip
_SHOULDER_TOP = (
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
    1.42343711074968357734,
)  # fmt: skip
_SHOULDER_LOW = (
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
    0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
    2.05319162663775882187, 1.0,
)  # fmt: skip
_TAIL_TOP = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
    0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
    5.4637849111641143699, 6.6579046435011037772,
)  # fmt: skip
_TAIL_LOW = (
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
    0.59983220655588793769, 1.0,
)  # fmt: skip


@kernel
def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


@kernel
def normal(u: float) -> float:
    """Standard normal quantile, algorithm AS 241 PPND16 (Wichura 1988), about 1e-16 relative."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(_CENTRE_TOP, r) / _polynomial(_CENTRE_LOW, r)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        z = _polynomial(_SHOULDER_TOP, r - 1.6) / _polynomial(_SHOULDER_LOW, r - 1.6)
    else:
        z = _polynomial(_TAIL_TOP, r - 5.0) / _polynomial(_TAIL_LOW, r - 5.0)
    return -z if q < 0.0 else z


@kernel
def lognormal(mean_log: float, sd_log: float, u: float) -> float:
    """exp(mean_log + sd_log N): median exp(mean_log), mean exp(mean_log + sd_log^2 / 2)."""
    return math.exp(mean_log + sd_log * normal(u))


@kernel
def exponential(mean: float, u: float) -> float:
    """Exponential of the given mean (0 if mean <= 0)."""
    if not mean > 0.0:
        return 0.0
    return -mean * math.log1p(-u)


@kernel
def gamma2(mean: float, u: float) -> float:
    """Gamma of shape 2 and the given mean (0 if mean <= 0), by Newton's method.

    With x = 2 value / mean the distribution function is 1 - (1 + x) exp(-x). Below u = 0.2 it is
    solved in the form exp(-x) sum_{j>=2} x^j / j!, above in the form x - ln(1 + x) = -ln(1 - u);
    neither cancels on its side.
    """
    if not mean > 0.0:
        return 0.0
    if u < 0.2:
        x = math.sqrt(2.0 * u) * (1.0 + math.sqrt(2.0 * u) / 3.0)
        for _ in range(50):
            term = 0.5 * x * x
            total = term
            for j in range(3, 30):
                term *= x / j
                total += term
                if term < 1e-18 * total:
                    break
            # (F(x) - u) / F'(x) with F = exp(-x) total and F' = x exp(-x)
            step = (total - u * math.exp(x)) / x
            x -= step
            if abs(step) < 1e-9 * x:  # convergence is quadratic: the error left is 1e-18
                break
    else:
        target = -math.log1p(-u)
        x = target + math.log1p(target + math.sqrt(2.0 * target))
        for _ in range(50):
            step = (x - math.log1p(x) - target) * (1.0 + x) / x
            x -= step
            if abs(step) < 1e-9 * x:
                break
    return 0.5 * mean * x


# Below this u the distribution function is summed upwards; above it the survival function is
# summed downwards from the far tail, where 1 - F would have lost its digits.
_TAIL = 1.0 - 1e-6


@kernel
def _log_poisson(k: float, lam: float) -> float:
    return k * math.log(lam) - lam - math.lgamma(k + 1.0)


@kernel
def poisson(lam: float, u: float) -> int:
    """Poisson count of mean lam (0 if lam <= 0), int64; meant for lam up to about 5,000."""
    if not lam > 0.0 or 1.0 - u >= lam:  # exp(-lam) >= 1 - lam, so the second already means 0
        return 0
    reach = 10.0 * math.sqrt(lam)
    last = int(lam + reach) + 20
    k = max(0, int(lam - reach - 10.0))  # below it lies less than 1e-16
    p = math.exp(-lam) if k == 0 else math.exp(_log_poisson(float(k), lam))
    total = p
    aim = min(u, _TAIL)
    while total < aim and k < last:
        k += 1
        p *= lam / k
        total += p
    if u > _TAIL:
        lowest = k
        k = last
        while k > lowest and _log_poisson(float(k), lam) < -600.0:  # would underflow
            k -= 1
        p = math.exp(_log_poisson(float(k), lam))
        total = p
        while k > lowest and total <= 1.0 - u:
            p *= k / lam
            k -= 1
            total += p
    return k


@kernel
def _log_binomial(k: float, n: float, log_p: float, log_q: float) -> float:
    log_ways = math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
    return log_ways + k * log_p + (n - k) * log_q


@kernel
def binomial(n: float, p: float, u: float) -> int:
    """Successes among n (int, or a float that is rounded down) trials of chance p, int64."""
    trials = int(n)
    if trials <= 0 or not p > 0.0:
        return 0
    if p >= 1.0:
        return trials
    mean = trials * p
    reach = 10.0 * math.sqrt(mean * (1.0 - p))
    odds = p / (1.0 - p)
    size = float(trials)
    log_p, log_q = math.log(p), math.log1p(-p)
    last = min(trials, int(mean + reach) + 20)
    k = max(0, int(mean - reach - 10.0))
    chance = math.exp(trials * log_q if k == 0 else _log_binomial(float(k), size, log_p, log_q))
    total = chance
    aim = min(u, _TAIL)
    while total < aim and k < last:
        k += 1
        chance *= odds * (trials - k + 1) / k
        total += chance
    if u > _TAIL:
        lowest = k
        k = last
        while k > lowest and _log_binomial(float(k), size, log_p, log_q) < -600.0:
            k -= 1
        chance = math.exp(_log_binomial(float(k), size, log_p, log_q))
        total = chance
        while k > lowest and total <= 1.0 - u:
            chance *= k / (odds * (trials - k + 1))
            k -= 1
            total += chance
    return k


@kernel
def bounded_pareto(alpha: float, smin: float, smax: float, u: float) -> float:
    """Power law between smin and smax; alpha is the DENSITY exponent (survival alpha - 1).

    smin > 0; smax <= smin gives smin. Falls with alpha, rises with smin and smax.
    """
    if not smax > smin:
        return float(smin)
    a = alpha - 1.0
    log_ratio = math.log(smax / smin)
    if abs(a) < 1e-12:
        x = smin * math.exp(u * log_ratio)
    elif u * math.expm1(-a * log_ratio) > -0.5:  # log1p is exact here, log near 1 is not
        x = smin * math.exp(-math.log1p(u * math.expm1(-a * log_ratio)) / a)
    else:
        x = smin * math.exp(-math.log((1.0 - u) + u * math.exp(-a * log_ratio)) / a)
    return min(max(x, float(smin)), float(smax))


@kernel
def uniform_grid(key: Key, process: int, day: int, rows: int, columns: int) -> NDArray[np.float64]:
    """Uniforms float64[rows, columns] at (process, day, row, column)."""
    grid = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            grid[i, j] = uniform(key, process, day, i, j)
    return grid
