"""Those who stand like people and are none: giants, and cloaks with nobody in them."""

from __future__ import annotations

from ..colour import darker, glaze, lighter
from ..shapes import smooth
from .beast import INK, Beast, fangs, half, shoulders


def giant(beast: Beast) -> None:
    """A small head on mountains of shoulders; a cyclops has one eye."""
    bench = beast.bench
    tone = beast.tone((150, 136, 124), (118, 132, 140), (150, 116, 92))
    body = half([(0.0, 0.0), (0.2, 0.02), (0.46, 0.06), (0.68, 0.24), (0.76, 0.78)])
    beast.shape(body, darker(tone, 0.08), deep=0.55)
    for n in range(15):
        x = 0.06 * (n - 7)
        bench.poly(
            [
                (x * 1.2 - 0.06, 0.34 + x * x * 0.2),
                (x * 1.2 + 0.06, 0.34 + x * x * 0.2),
                (x * 1.25, 0.52 + 0.05 * (n % 2)),
            ],
            darker((116, 84, 60), 0.15 * (n % 3)),
        )
    bench.poly([(-0.56, 0.44), (0.56, 0.44), (0.6, 0.78), (-0.6, 0.78)], (86, 62, 52))
    beast.shape(
        half([(0, -0.3), (0.1, -0.29), (0.16, -0.2), (0.165, -0.06), (0.21, 0.08), (0.15, 0.2), (0, 0.23)]),
        tone,
    )
    if beast.said("cyclops"):
        beast.eye(0.0, -0.07, 0.065, 0.04)
    else:
        beast.gaze(0.075, -0.06, 0.03, 0.018, slant=0.006, slit=False)
        beast.both(
            [(0.0, -0.1), (0.08, -0.125), (0.16, -0.1), (0.15, -0.06), (0.07, -0.085), (0.0, -0.06)],
            darker(tone, 0.25),
        )
    beast.shape(half([(0, -0.03), (0.03, 0.0), (0.05, 0.06), (0, 0.075)]), lighter(tone, 0.1), deep=0.3)
    bench.poly(
        smooth([(-0.11, 0.13), (0, 0.11), (0.11, 0.13), (0, 0.155)], steps=5, closed=True), darker(tone, 0.75)
    )
    fangs(beast, [(-0.075, 0.14), (0.075, 0.14)], -0.075, wide=0.019)
    beast.bench.line(
        smooth([(0.3, 0.16), (0.36, 0.22), (0.44, 0.24)], steps=4), glaze(lighter(tone, 0.4), 0.7), 0.014
    )


def shadow(beast: Beast) -> None:
    """A cloak with nobody to be seen in it but two eyes."""
    bench = beast.bench
    tone = beast.tone((64, 56, 84), (54, 66, 78), (78, 56, 66))
    shoulders(beast, tone, broad=0.5, neck=0.24)
    for n in range(7):
        x = 0.14 * (n - 3)
        bench.poly(
            [(x * 0.6, 0.24), (x * 1.1 - 0.02, 0.78), (x * 1.1 + 0.04, 0.78)],
            glaze(darker(tone, 0.6) if n % 2 else lighter(tone, 0.2), 0.35),
        )
    beast.shape(
        half(
            [
                (0, -0.42),
                (0.1, -0.37),
                (0.22, -0.22),
                (0.26, -0.02),
                (0.23, 0.18),
                (0.3, 0.36),
                (0.1, 0.44),
                (0, 0.46),
            ]
        ),
        tone,
        deep=0.6,
    )
    bench.poly(half([(0, -0.29), (0.09, -0.24), (0.16, -0.1), (0.16, 0.06), (0.1, 0.22), (0, 0.29)]), INK)
    beast.gaze(0.07, -0.03, 0.042, 0.02, slant=0.012, slit=False)
    for n in range(3):
        bench.line(
            smooth(
                [(-0.3 + 0.2 * n, 0.7), (-0.2 + 0.2 * n, 0.6), (-0.1 + 0.2 * n, 0.7), (0.02 + 0.2 * n, 0.62)],
                steps=5,
            ),
            glaze(lighter(tone, 0.5), 0.16),
            0.03,
        )
