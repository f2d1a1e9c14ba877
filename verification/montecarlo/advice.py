"""What to change, from what was measured: which part of the catalogue mends the limiting group.

A part is named because of its record: the same job, and the limiting figure smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from designs import Design
from parts.catalogue import Catalogue
from parts.models import AmplifierModel, ComparatorModel, DigipotModel, Model, ResistorModel
from parts.record import Kind, PartRecord
from verification.extraction.circuit import MixedCircuit
from verification.montecarlo.groups import Group, Quantity
from verification.montecarlo.report import SURE, Effect

MOST = 3
ModelT = TypeVar("ModelT", bound=Model)


def advise(
    effects: Sequence[Effect],
    perfect: Effect,
    circuit: MixedCircuit,
    design: Design,
    catalogue: Catalogue,
) -> tuple[str, ...]:
    """Sentences: the limiting groups with their evidence and remedy, then what no part mends.

    Args:
        effects: of the groups, the strongest first.
        perfect: of everything at once.
        circuit: whose parts are judged.
        design: for eta and the supply.
        catalogue: where better parts are looked for.
    """
    used = {element.record.mpn: element.record for element in circuit.elements}
    shop = _Shop(catalogue, design, {mpn: used[mpn] for mpn in sorted(used)})
    limiting = [effect for effect in effects if effect.significant][:MOST]
    said = [_evidence(effect) + shop.remedy(effect.group) for effect in limiting]
    if not limiting:
        said.append(
            "No single group limits these boards: made perfect, none gains more yield than "
            f"{SURE} of its standard errors."
        )
    return (*said, *_beyond(perfect))


def _evidence(effect: Effect) -> str:
    mean, error = effect.gain
    boards = len(effect.before[0].values)
    tasks = ", ".join(
        f"{before.name} {before.within} -> {after.within}"
        for before, after in zip(effect.before, effect.after, strict=True)
        if before.within != after.within
    )
    return (
        f"{effect.group.name}: made perfect, it gains {100 * mean:.0f} +- {100 * error:.0f} points "
        f"of yield in the mean over tasks (boards of {boards} within the bound: {tasks}). "
    )


def _beyond(perfect: Effect) -> tuple[str, ...]:
    """Where perfect parts miss the bound as well."""
    boards = len(perfect.after[0].values)
    short = [f"{task.name} {task.within}" for task in perfect.after if task.within < boards]
    if not short:
        return ()
    return (
        f"With every part perfect, not all {boards} boards are within the bound either: "
        f"{', '.join(short)} are. What is missing there is the protocol's, the start's or the "
        "bound's, and no better part brings it.",
    )


class _Shop:
    """Where better parts are looked for."""

    def __init__(self, catalogue: Catalogue, design: Design, used: dict[str, PartRecord]) -> None:
        self._catalogue = catalogue
        self._design = design
        self._used = used

    def remedy(self, group: Group) -> str:
        """What to change about a group."""
        say: dict[Quantity, Callable[[PartRecord], str]] = {
            Quantity.DIFFERENCE_OFFSET: self._comparator,
            Quantity.SIGN_OFFSET: self._comparator,
            Quantity.AMPLIFIER_OFFSET: self._amplifier,
            Quantity.MATCHING: self._twins,
            Quantity.END_TO_END: self._end_to_end,
            Quantity.RESISTANCE: self._resistor,
        }
        records = [self._used[mpn] for mpn in group.parts if mpn in self._used]
        quantity = group.quantity
        sentences = [say[quantity](record) for record in records] if quantity in say else []
        if quantity is Quantity.DIFFERENCE_OFFSET:
            sentences.append(self._eta(records))
        return " ".join([*sentences, *_PLAIN.get(quantity, ())])

    def _better(
        self, kind: Kind, old: PartRecord, fits: Callable[[PartRecord], bool]
    ) -> list[PartRecord]:
        """Parts of a kind and way of mounting, on this supply, that fit."""
        supply = self._design.electronics.supply_v
        found: list[PartRecord] = []
        for mpn in self._catalogue.mpns(kind):
            record = self._catalogue.part(mpn)
            ratings = record.ratings
            low, high = ratings.supply_min_v, ratings.supply_max_v
            powered = low is None or high is None or low <= supply <= high
            if powered and record.through_hole == old.through_hole and fits(record):
                found.append(record)
        return found

    def _comparator(self, old: PartRecord) -> str:
        was = _model(old, ComparatorModel)

        def fits(new: PartRecord) -> bool:
            model = _model(new, ComparatorModel)
            return (
                model.offset_max_v < was.offset_max_v
                and model.output == was.output
                and model.common_mode_low_v <= max(was.common_mode_low_v, 0.0)
                and model.common_mode_high_v <= max(was.common_mode_high_v, 0.0)
            )

        def offset(record: PartRecord) -> float:
            return _model(record, ComparatorModel).offset_max_v

        return _chosen(
            self._better("comparator", old, fits), offset, f"{old.mpn} has an offset of up to "
            f"{1000 * was.offset_max_v:g} mV", "mV", 1000.0, "comparator with the same output, "
            "inputs to both rails and a smaller offset", old.through_hole,
        )  # fmt: skip

    def _eta(self, records: Sequence[PartRecord]) -> str:
        """The difference c - f grows with eta, so that an offset weighs as offset/eta."""
        eta = self._design.electronics.eta
        offset = max((_model(r, ComparatorModel).offset_max_v for r in records), default=0.0)
        if eta >= 1:
            return "eta is 1 already, where the drop differences are largest."
        return (
            f"Or raise eta: c - f grows with it, so an offset weighs as offset/eta, "
            f"{1000 * offset / eta:.3g} mV at eta = {eta:g} and {1000 * offset:.3g} mV at eta = 1."
        )

    def _amplifier(self, old: PartRecord) -> str:
        was = _model(old, AmplifierModel)

        def fits(new: PartRecord) -> bool:
            model = _model(new, AmplifierModel)
            return (
                model.offset_max_v < was.offset_max_v
                and new.unit_count == old.unit_count
                and model.common_mode_low_v <= max(was.common_mode_low_v, 0.0)
                and model.common_mode_high_v <= max(was.common_mode_high_v, 0.0)
                and model.output_max_a >= was.output_max_a
            )

        def offset(record: PartRecord) -> float:
            return _model(record, AmplifierModel).offset_max_v

        return _chosen(
            self._better("amplifier", old, fits), offset, f"{old.mpn} has an offset of up to "
            f"{1000 * was.offset_max_v:g} mV", "mV", 1000.0, "amplifier of the same shape with a "
            "smaller offset", old.through_hole,
        )  # fmt: skip

    def _twins(self, old: PartRecord) -> str:
        was = _model(old, DigipotModel)
        if old.unit_count > 1:
            return (
                f"{old.mpn} is a matched dual already ({100 * was.matching:g} % at most); measure "
                "and pick parts, or drive the network with larger differences."
            )

        def fits(new: PartRecord) -> bool:
            model = _model(new, DigipotModel)
            return new.unit_count > 1 and model.end_to_end_ohm == was.end_to_end_ohm

        def matching(record: PartRecord) -> float:
            return _model(record, DigipotModel).matching

        mounted = self._better("digipot", old, fits)
        other = old.model_copy(update={"through_hole": not old.through_hole})
        return _chosen(
            mounted or self._better("digipot", other, fits), matching,
            f"the digipots of an edge are two {old.mpn}, each +-{100 * was.tolerance:g} %; take "
            "both from one package", "% between its channels", 100.0,
            f"dual digipot of {was.end_to_end_ohm:g} ohm", old.through_hole,
        )  # fmt: skip

    def _end_to_end(self, old: PartRecord) -> str:
        was = _model(old, DigipotModel)

        def fits(new: PartRecord) -> bool:
            model = _model(new, DigipotModel)
            return (
                model.tolerance < was.tolerance
                and new.unit_count >= old.unit_count
                and model.end_to_end_ohm == was.end_to_end_ohm
            )

        def tolerance(record: PartRecord) -> float:
            return _model(record, DigipotModel).tolerance

        return _chosen(
            self._better("digipot", old, fits), tolerance, f"{old.mpn} is made to "
            f"+-{100 * was.tolerance:g} %", "%", 100.0, "digipot of this resistance with a smaller "
            "tolerance", old.through_hole,
        )  # fmt: skip

    def _resistor(self, old: PartRecord) -> str:
        was = _model(old, ResistorModel)
        now = was.tolerance if was.matching is None else was.matching

        def fits(new: PartRecord) -> bool:
            model = _model(new, ResistorModel)
            return model.ohm == was.ohm and model.matching is not None and model.matching < now

        def matching(record: PartRecord) -> float:
            return _model(record, ResistorModel).matching or 0.0

        return _chosen(
            self._better("resistor_array", old, fits), matching, f"{old.mpn} is made to "
            f"+-{100 * now:g} %", "% between its resistors", 100.0,
            f"resistor array of {was.ohm:g} ohm that is matched better", old.through_hole,
        )  # fmt: skip


_PLAIN: dict[Quantity, tuple[str, ...]] = {
    Quantity.SIGN_OFFSET: (
        "The free drop f does not depend on eta; source voltages further apart enlarge it.",
    ),
    Quantity.HYSTERESIS: ("Take a comparator without built-in hysteresis, or a larger eta.",),
    Quantity.SWING: (
        "Keep sources and targets away from the rails, or take amplifiers that reach nearer to "
        "them.",
    ),
    Quantity.BIAS: ("Take parts with CMOS inputs, or smaller averaging resistors.",),
    Quantity.WIPER: (
        "Take digipots of a larger end-to-end resistance, beside which the wiper is small.",
    ),
    Quantity.TEMPERATURE: ("Let the board warm up, and train it at the temperature of its use.",),
}


def _model(record: PartRecord, kind: type[ModelT]) -> ModelT:
    return record.units(kind)[0]


def _chosen(
    found: Sequence[PartRecord],
    figure: Callable[[PartRecord], float],
    now: str,
    unit: str,
    scale: float,
    wanted: str,
    through_hole: bool,
) -> str:
    """The best of the parts found, or that there is none."""
    if not found:
        return f"{now[0].upper()}{now[1:]}; the catalogue has no {wanted}."
    best = min(found, key=lambda record: (figure(record), record.mpn))
    mounting = (
        ""
        if best.through_hole == through_hole
        else (", with leads" if best.through_hole else ", surface mount")
    )
    return f"{now[0].upper()}{now[1:]}; {best.mpn} has {scale * figure(best):g} {unit}{mounting}."
