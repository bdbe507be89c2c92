"""UCUM units, exactly: a unit is a fraction of base units. Units on another scale (Cel, pH) only equal themselves.

The table has the units of measure that health records use; it is not all of UCUM, and what it lacks is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

Dimensions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the base units with their powers: a newton is 1000 of g¹·m¹·s⁻²."""

    factor: Fraction
    dimensions: Dimensions = ()

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.dimensions)
        for base, power in other.dimensions:
            powers[base] = powers.get(base, 0) + power
        return Unit(self.factor * other.factor, tuple(sorted((base, power) for base, power in powers.items() if power)))

    def __pow__(self, power: int) -> Unit:
        return Unit(self.factor**power, tuple((base, each * power) for base, each in self.dimensions if power))


ONE: Final = Unit(Fraction(1))
# https://ucum.org/ucum: prefixes, base units, units that take prefixes, and units that do not.
_PREFIXES: Final = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip
_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_BASES: Final = ("m", "s", "g", "rad", "K", "C", "cd")
_METRIC: Final = {
    "mol": "6.0221367 10*23", "sr": "1 rad2", "Hz": "1 s-1", "N": "1000 g.m/s2", "Pa": "1 N/m2", "J": "1 N.m",
    "W": "1 J/s", "A": "1 C/s", "V": "1 J/C", "F": "1 C/V", "Ohm": "1 V/A", "S": "1 Ohm-1", "Wb": "1 V.s",
    "T": "1 Wb/m2", "H": "1 Wb/A", "lm": "1 cd.sr", "lx": "1 lm/m2", "Bq": "1 s-1", "Gy": "1 J/kg", "Sv": "1 J/kg",
    "l": "1 dm3", "L": "1 l", "ar": "100 m2", "t": "1000 kg", "bar": "100000 Pa", "u": "1.6605402 10*-24.g",
    "eV": "1.60217733 10*-19.J", "pc": "3.085678 10*16.m", "eq": "1 mol", "osm": "1 mol", "kat": "1 mol/s",
    "U": "1 umol/min", "cal": "4.184 J", "cal_th": "4.184 J", "cal_IT": "4.1868 J", "[Cal]": "1000 cal",
    "m[H2O]": "9806.65 Pa", "m[Hg]": "133322 Pa", "R": "2.58 10*-4.C/kg", "Ci": "37000000000 Bq", "G": "1 10*-4.T",
    "dyn": "1 g.cm/s2", "erg": "1 dyn.cm", "P": "1 dyn.s/cm2", "St": "1 cm2/s", "g%": "1 g/dl", "bit": "1 1",
    "By": "8 bit", "[iU]": "1 [iU_]", "[IU]": "1 [iU_]", "RAD": "1 10*-2.J/kg", "REM": "1 10*-2.J/kg", "Bd": "1 s-1",
    "gf": "9.80665 g.m/s2",
}  # fmt: skip
_PLAIN: Final = {
    "10*": "10 1", "10^": "10 1", "[pi]": "3.1415926535897932384626433832795028841971693993751 1", "%": "1 10*-2",
    "[ppth]": "1 10*-3", "[ppm]": "1 10*-6", "[ppb]": "1 10*-9", "[pptr]": "1 10*-12", "min": "60 s", "h": "60 min",
    "d": "24 h", "wk": "7 d", "a_t": "365.24219 d", "a_j": "365.25 d", "a_g": "365.2425 d", "a": "1 a_j",
    "mo_s": "29.53059 d", "mo_j": "1/12 a_j", "mo_g": "1/12 a_g", "mo": "1 mo_j", "deg": "2/360 [pi].rad",
    "'": "1/60 deg", "''": "1/60 '", "gon": "0.9 deg", "atm": "101325 Pa", "AU": "149597.870691 Mm",
    "[c]": "299792458 m/s", "[g]": "9.80665 m/s2", "[in_i]": "2.54 cm", "[ft_i]": "12 [in_i]", "[yd_i]": "3 [ft_i]",
    "[mi_i]": "5280 [ft_i]", "[nmi_i]": "1852 m", "[kn_i]": "1 [nmi_i]/h", "[sin_i]": "1 [in_i]2",
    "[sft_i]": "1 [ft_i]2", "[syd_i]": "1 [yd_i]2", "[cin_i]": "1 [in_i]3", "[cft_i]": "1 [ft_i]3",
    "[cyd_i]": "1 [yd_i]3", "[hd_i]": "4 [in_i]", "[mil_i]": "1/1000 [in_i]", "[gal_us]": "231 [in_i]3",
    "[qt_us]": "1/4 [gal_us]", "[pt_us]": "1/2 [qt_us]", "[gil_us]": "1/4 [pt_us]", "[foz_us]": "1/4 [gil_us]",
    "[fdr_us]": "1/8 [foz_us]", "[min_us]": "1/60 [fdr_us]", "[tbs_us]": "1/2 [foz_us]", "[tsp_us]": "1/3 [tbs_us]",
    "[cup_us]": "16 [tbs_us]", "[foz_m]": "30 ml", "[cup_m]": "240 ml", "[tsp_m]": "5 ml", "[tbs_m]": "15 ml",
    "[gal_br]": "4.54609 l", "[pt_br]": "1/8 [gal_br]", "[foz_br]": "1/160 [gal_br]", "[gr]": "64.79891 mg",
    "[lb_av]": "7000 [gr]", "[oz_av]": "1/16 [lb_av]", "[dr_av]": "1/16 [oz_av]", "[stone_av]": "14 [lb_av]",
    "[ston_av]": "2000 [lb_av]", "[lton_av]": "2240 [lb_av]", "[pwt_tr]": "24 [gr]", "[oz_tr]": "20 [pwt_tr]",
    "[lb_tr]": "12 [oz_tr]", "[sc_ap]": "20 [gr]", "[dr_ap]": "3 [sc_ap]", "[oz_ap]": "8 [dr_ap]",
    "[lb_ap]": "12 [oz_ap]", "[oz_m]": "28 g", "[in_i'H2O]": "1/1000 m[H2O].[in_i]/mm",
    "[in_i'Hg]": "1/1000 m[Hg].[in_i]/mm", "[lbf_av]": "1 [lb_av].[g]", "[psi]": "1 [lbf_av]/[in_i]2",
    "[Btu]": "1054.35 J", "[Btu_IT]": "1055.05585262 J", "[HP]": "550 [ft_i].[lbf_av]/s", "[degR]": "5/9 K",
    "[diop]": "1 m-1", "[MET]": "3.5 ml/min/kg", "[car_m]": "0.2 g", "[drp]": "1/20 ml", "Ao": "0.1 nm",
    "b": "100 fm2", "[Ch]": "1 mm/[pi]", "[mesh_i]": "1 [in_i]-1", "[smoot]": "67 [in_i]", "[lne]": "1/12 [in_i]",
    "[pnt]": "1/72 [in_i]", "[rad]": "1 RAD", "[rem]": "1 REM",
}  # fmt: skip
# Procedure-defined units, each of a dimension of its own; and units on another scale, which no factor converts.
_OWN_CODES: Final = """
    [iU_] [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [knk'U]
    [mclg'U] [tb'U] [Lf] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U] [PNU] [D'ag'U] [EID_50] [TCID_50] [CCID_50]
    [ELU] [EU] [hnsf'U] [HPF] [LPF] [S] [hp'_X] [hp'_C] [hp'_M] [hp'_Q] [kp_X] [kp_C] [kp_M] [kp_Q] [PRU] [Ch'] [bu_us]
    [arb'U] [acr_us] [MU]
    Cel [degF] [degRe] [pH] Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] [m/s2/Hz^0.5] bit_s %[slope] [p'diop]
    [hp_X] [hp_C] [hp_M] [hp_Q]
    """
_OWN: Final = frozenset(_OWN_CODES.split())
_ATOM = re.compile(
    r"(?P<code>10[*^]|(?:[^\d\s.()/\[\]{}+-]|\[[^\]]*\])+|)(?P<power>[+-]?[0-9]{1,2})?(?P<note>\{[^{}]*\})*"
)
_NUMBER = re.compile(r"[0-9]{1,30}")
_MOST = 200  # characters; the longest real unit has about 30


@lru_cache(maxsize=4096)
def unit(code: str) -> Unit | None:
    """The unit in base units, or None where the code is none of UCUM, or one that this table lacks."""
    if not 0 < len(code) <= _MOST or not code.isascii():
        return None
    try:
        return _Reader(code).whole()
    except (ValueError, ArithmeticError, RecursionError):
        return None


class _Reader:
    """term = component (('.' | '/') component)*; component = '/'? (unit power? | number | '(' term ')') note?."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._at = 0

    def whole(self) -> Unit:
        result = self._term()
        if self._at != len(self._code):
            raise ValueError("left over")
        return result

    def _peek(self) -> str:
        return self._code[self._at : self._at + 1]

    def _term(self) -> Unit:
        result = ONE if self._peek() == "/" else self._component()
        while (operator := self._peek()) in (".", "/") and operator:
            self._at += 1
            component = self._component()
            result = result * (component if operator == "." else component**-1)
        return result

    def _component(self) -> Unit:
        if self._peek() == "(":
            self._at += 1
            inner = self._term()
            if self._peek() != ")":
                raise ValueError("not closed")
            self._at += 1
            return inner
        number = _NUMBER.match(self._code, self._at)
        if number and not self._code.startswith(("10*", "10^"), self._at):
            self._at = number.end()
            return Unit(Fraction(int(number[0])))
        match = _ATOM.match(self._code, self._at)
        if match is None or not match[0]:
            raise ValueError("no unit")
        self._at = match.end()
        atom = _atom(match["code"]) if match["code"] else ONE
        return atom ** int(match["power"] or 1)


@lru_cache(maxsize=1024)
def _atom(code: str) -> Unit:
    if code in _BASES or code in _OWN:
        return Unit(Fraction(1), ((code, 1),))
    if definition := _METRIC.get(code) or _PLAIN.get(code):
        return _defined(definition)
    for length in (1, 2):
        prefix, rest = code[:length], code[length:]
        if rest in _METRIC or rest in _BASES:
            if prefix in _PREFIXES:
                return Unit(Fraction(10) ** _PREFIXES[prefix]) * _atom(rest)
            if prefix in _BINARY:
                return Unit(Fraction(_BINARY[prefix])) * _atom(rest)
    raise ValueError("unknown")


def _defined(definition: str) -> Unit:
    factor, _, rest = definition.partition(" ")
    return Unit(Fraction(factor)) * (_Reader(rest).whole() if rest != "1" else ONE)
