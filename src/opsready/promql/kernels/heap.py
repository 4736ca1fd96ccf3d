"""Which samples topk and bottomk keep where equal ones are at the border: those that Go's heap has.

A heap drops its root for a better sample, and which of equal ones is the root hangs on the order in
which they came. It decides which series an alert is about.
"""

from collections.abc import Sequence


def kept(values: Sequence[float], most: int, *, largest: bool, pops: bool) -> list[int]:
    """The places of the `most` largest or smallest, taken one after the other. `pops` takes the
    worst off before a better one is added, rather than write over it."""
    heap = _Heap(values, largest)
    for place in range(len(values)):
        if len(heap.places) < most:
            heap.push(place)
        elif heap.is_worse_than(place, pops=pops):
            if pops:
                heap.pop()
                heap.push(place)
            else:
                heap.replace(place)
    return heap.places


class _Heap:
    """Places of values, the worst at the root; NaN is worst of all."""

    def __init__(self, values: Sequence[float], largest: bool) -> None:
        self._values = [value if largest else -value for value in values]
        self.places: list[int] = []

    def is_worse_than(self, place: int, *, pops: bool) -> bool:
        """Whether the root gives way to another value; what pops takes one NaN for another."""
        value, root = self._values[place], self._values[self.places[0]]
        return value > root or (root != root and (pops or value == value))

    def push(self, place: int) -> None:
        self.places.append(place)
        self._up(len(self.places) - 1)

    def pop(self) -> None:
        last = self.places.pop()
        if self.places:
            self.replace(last)

    def replace(self, place: int) -> None:
        self.places[0] = place
        self._down(0)

    def _is_less(self, left: int, right: int) -> bool:
        first, second = self._values[self.places[left]], self._values[self.places[right]]
        return first != first or first < second

    def _swap(self, left: int, right: int) -> None:
        places = self.places
        places[left], places[right] = places[right], places[left]

    def _up(self, child: int) -> None:
        while child and self._is_less(child, parent := (child - 1) // 2):
            self._swap(parent, child)
            child = parent

    def _down(self, parent: int) -> None:
        while (child := 2 * parent + 1) < len(self.places):
            if child + 1 < len(self.places) and self._is_less(child + 1, child):
                child += 1
            if not self._is_less(child, parent):
                return
            self._swap(parent, child)
            parent = child
