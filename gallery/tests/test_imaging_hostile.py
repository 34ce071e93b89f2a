"""Pictures made to harm: refused on their headers, or brought to clean pixels; never anything else."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from gallery.errors import ImageRejected, ImageTooLarge, ImageTypeRejected
from gallery.imaging.decode import decode, open_container
from gallery.imaging.limits import Limits

PROJECT = Path(__file__).parents[2]
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
EVERY_FORMAT = pytest.mark.parametrize("form", FORMATS)


def scene(size: tuple[int, int] = (48, 32)) -> Image.Image:
    bands = [Image.linear_gradient("L").rotate(turn).resize(size) for turn in (0, 90, 180)]
    return Image.merge("RGB", bands)


def file(form: str, image: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (image or scene()).save(buffer, form, **options)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(*chunks: bytes, image: Image.Image | None = None) -> bytes:
    """A good PNG with more chunks right after its header."""
    data = file("PNG", image)
    return data[:33] + b"".join(chunks) + data[33:]


def png_header(width: int, height: int, depth: int = 8, kind: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))


def png_bomb(width: int, height: int) -> bytes:
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + png_header(width, height, 1, 0) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_sized(width: int, height: int) -> bytes:
    data = file("JPEG")
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def gif_sized(width: int, height: int) -> bytes:
    data = file("GIF")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def u24(number: int) -> bytes:
    return number.to_bytes(3, "little")


def webp_canvas(width: int, height: int, *chunks: bytes) -> bytes:
    return riff(webp_chunk(b"VP8X", b"\x02\0\0\0" + u24(width - 1) + u24(height - 1)), *chunks)


def webp_lossless(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return riff(webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits) + bytes(20)))


def animation(form: str, frames: int, size: tuple[int, int] = (40, 40)) -> bytes:
    stills = [
        Image.new("RGB", size, (200 - 40 * (number % 5), 50 * (number % 4), 30)) for number in range(frames)
    ]
    return file(form, stills[0], save_all=True, append_images=stills[1:], duration=40)


def reason_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ImageRejected) as refusal:
        decode(data, limits=limits or Limits())
    return str(refusal.value.detail["reason"])


BOMBS = {
    "png side": (png_header(30_000, 30_000), "side"),
    "png pixels": (png_bomb(16_000, 16_000), "pixels"),
    "png empty": (png_header(0, 5), "no_pixels"),
    "jpeg side": (jpeg_sized(65_535, 65_535), "side"),
    "jpeg pixels": (jpeg_sized(16_000, 16_000), "pixels"),
    "jpeg empty": (jpeg_sized(10, 0), "no_pixels"),
    "gif side": (gif_sized(65_535, 65_535), "side"),
    "gif pixels": (gif_sized(16_000, 16_000), "pixels"),
    "webp side": (webp_canvas(1 << 24, 1 << 24), "side"),
    "webp pixels": (webp_canvas(16_000, 16_000), "pixels"),
    "webp lossless pixels": (webp_lossless(16_383, 16_383), "pixels"),
}
BOMBS = {
    name: (b"\x89PNG\r\n\x1a\n" + data if name.startswith("png") and data[:1] == b"\0" else data, reason)
    for name, (data, reason) in BOMBS.items()
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_for_what_its_header_says(name: str) -> None:
    data, reason = BOMBS[name]
    assert reason_of(data) == reason


CHILD = """
import json, resource, struct, sys
from gallery.errors import ImageRejected
from gallery.imaging.decode import decode

def peak_kb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

decode(sys.stdin.buffer.read(int(sys.argv[1])))  # loads the codecs
before, outcomes = peak_kb(), []
for size in sys.argv[2:]:
    data = sys.stdin.buffer.read(int(size))
    try:
        decode(data)
        outcomes.append("kept")
    except ImageRejected as refusal:
        outcomes.append(refusal.detail["reason"])
print(json.dumps([peak_kb() - before, outcomes]))
"""


def test_no_bomb_of_any_kind_is_ever_inflated() -> None:
    text = zlib.compress(bytes(128 * 1024 * 1024), 9)
    inflating = [
        png_with(chunk(b"zTXt", b"Comment\0\0" + text)),
        png_with(chunk(b"iTXt", b"Comment\0\1\0\0\0" + text)),
        png_with(chunk(b"iCCP", b"icc\0\0" + text)),
    ]
    bombs = [data for data, _ in BOMBS.values()]
    growth_kb, outcomes = run_child([file("WEBP"), *bombs, *inflating])
    assert outcomes == [*(reason for _, reason in BOMBS.values()), "kept", "kept", "kept"]
    assert growth_kb < 24 * 1024


def run_child(files: list[bytes]) -> tuple[int, list[str]]:
    """Peak memory in KB that the files after the first took, and what became of each."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *(str(len(data)) for data in files)],
        input=b"".join(files),
        capture_output=True,
        cwd=PROJECT,
        check=True,
    )
    growth_kb, outcomes = json.loads(done.stdout)
    return growth_kb, outcomes


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_frames_count_against_the_pixels_though_only_the_first_is_kept(form: str) -> None:
    data = animation(form, 6)
    kept = decode(data, limits=Limits(max_pixels=40 * 40 * 6))
    assert kept.size == (40, 40)
    assert kept.getpixel((20, 20)) == pytest.approx((200, 0, 30), abs=12)
    assert reason_of(data, Limits(max_pixels=40 * 40 * 6 - 1)) == "pixels"


def test_a_png_that_announces_millions_of_frames_is_refused() -> None:
    assert reason_of(png_with(chunk(b"acTL", struct.pack(">II", 1 << 30, 0)))) == "pixels"


def test_a_png_with_more_frames_than_it_announces_is_refused() -> None:
    frames = [chunk(b"acTL", struct.pack(">II", 1, 0)), *[chunk(b"fcTL", bytes(26))] * 4]
    assert reason_of(png_with(*frames), Limits(max_pixels=48 * 32 * 3)) == "pixels"


def test_a_webp_whose_bitstream_is_larger_than_its_canvas_is_refused() -> None:
    assert reason_of(webp_canvas(10, 10, webp_lossless(16_383, 16_383)[12:])) == "pixels"


def test_a_gif_frame_that_stands_out_of_a_tiny_screen_is_measured() -> None:
    data = bytearray(gif_sized(1, 1))
    at = data.index(b"\x2c", 13 + 3 * 256 if data[10] & 0x80 else 13)
    data[at + 5 : at + 9] = struct.pack("<HH", 16_000, 16_000)
    assert reason_of(bytes(data)) == "pixels"


def test_a_jpeg_of_many_scans_is_refused_and_one_of_few_is_kept() -> None:
    data = file("JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    scans = data.count(b"\xff\xda")

    def with_scans(count: int) -> bytes:
        return data[:-2] + last * (count - scans) + b"\xff\xd9"

    assert decode(with_scans(64)).size == (48, 32)
    assert reason_of(with_scans(65)) == "scans"
    assert reason_of(with_scans(5_000)) == "scans"


@pytest.mark.parametrize("marker", [0xC3, 0xC9, 0xCB])
def test_jpeg_codings_that_no_browser_shows_are_refused(marker: int) -> None:
    assert reason_of(file("JPEG").replace(b"\xff\xc0", bytes([0xFF, marker]), 1)) == "coding"


def test_files_of_very_many_tiny_parts_are_refused() -> None:
    few = Limits(max_parts=1_000)
    gif = file("GIF")
    many = 1_001
    assert reason_of(png_with(chunk(b"tEXt", b"a\0b") * many), few) == "parts"
    assert reason_of(b"\xff\xd8" + b"\xff\xfe\0\2" * many + file("JPEG")[2:], few) == "parts"
    assert reason_of(gif[:-1] + b"!\xfe" + b"\1a" * many + b"\0;", few) == "parts"
    assert reason_of(riff(webp_chunk(b"junk", b"") * many), few) == "parts"


def test_more_bytes_than_allowed_are_not_looked_at() -> None:
    with pytest.raises(ImageTooLarge) as refusal:
        decode(b"anything" * 10, limits=Limits(max_bytes=79))
    assert refusal.value.detail["reason"] == "bytes"
    assert refusal.value.status == 413


@pytest.mark.parametrize(
    ("size", "reason"),
    [((16_383, 1), None), ((1, 16_383), None), ((16_384, 1), "side"), ((1, 16_384), "side")],
)
def test_the_longest_side_is_what_webp_can_hold(size: tuple[int, int], reason: str | None) -> None:
    data = file("PNG", Image.new("RGB", size))
    if reason is None:
        assert decode(data).size == size
    else:
        assert reason_of(data) == reason


@pytest.mark.parametrize("form", ["TIFF", "BMP", "ICO", "PPM", "TGA", "PDF", "AVIF", "JPEG2000"])
def test_other_formats_are_refused_whatever_they_are_called(form: str) -> None:
    with pytest.raises(ImageTypeRejected) as refusal:
        decode(file(form))
    assert refusal.value.status == 415


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0", b"\0"]
)
def test_what_is_no_raster_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageTypeRejected):
        decode(data)


def test_a_picture_is_read_as_what_its_bytes_are() -> None:
    assert reason_of(b"") == "empty"
    assert reason_of(b"GIF89a") == "truncated"
    assert reason_of(b"RIFF\x04\0\0\0WEBP") == "no_pixels"


@EVERY_FORMAT
def test_a_picture_cut_short_anywhere_is_refused(form: str) -> None:
    data = file(form)
    step = max(1, len(data) // 120)
    for end in {*range(0, len(data), step), *range(len(data) - 8, len(data))}:
        with pytest.raises(ImageRejected):
            decode(data[:end])


@EVERY_FORMAT
def test_what_hangs_behind_a_picture_is_dropped(form: str) -> None:
    clean = decode(file(form))
    assert decode(file(form) + b"PK\3\4<script>alert(1)</script>").tobytes() == clean.tobytes()


def test_the_decoder_never_sees_a_word_that_is_no_pixel() -> None:
    word = "RELSEC_CANARY_7f3a"
    exif, text = Image.Exif(), PngInfo()
    exif[0x010E] = word
    text.add_text("Comment", word)
    xmp = word.encode()
    files = [
        file("PNG", pnginfo=text, exif=exif),
        file("JPEG", exif=exif, comment=word, xmp=xmp),
        file("WEBP", exif=exif, xmp=xmp),
        file("GIF", comment=word),
    ]
    for data in files:
        assert word.encode() in data
        assert word.encode() not in open_container(data, Limits()).clean


def test_a_flipped_bit_in_any_png_chunk_is_noticed() -> None:
    data = bytearray(png_with(chunk(b"tEXt", b"Title\0Tavern")))
    for at in range(41, len(data) - 12, 7):
        data[at] ^= 1
        with pytest.raises(ImageRejected):
            decode(bytes(data))
        data[at] ^= 1


def test_a_png_with_an_unknown_critical_chunk_is_refused() -> None:
    assert reason_of(png_with(chunk(b"CgBI", bytes(4)))) == "chunk"
    assert reason_of(png_with(png_header(48, 32))) == "header"
    assert reason_of(b"\x89PNG\r\n\x1a\n" + png_header(4, 4) + chunk(b"IEND", b"")) == "no_pixels"


def test_a_png_whose_pixels_end_early_is_refused() -> None:
    for rows, fate in ((32, "kept"), (31, "truncated"), (16, "truncated"), (0, "truncated")):
        pixels = chunk(b"IDAT", zlib.compress(bytes((48 * 3 + 1) * rows)))
        data = b"\x89PNG\r\n\x1a\n" + png_header(48, 32) + pixels + chunk(b"IEND", b"")
        assert fate == (reason_of(data) if fate != "kept" else "kept")
        assert fate != "kept" or decode(data).size == (48, 32)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (9, 2), (48, 32)])
@pytest.mark.parametrize("depth", [1, 8, 16])
def test_an_interlaced_png_is_measured_pass_by_pass(size: tuple[int, int], depth: int) -> None:
    whole, one_less = interlaced(size, depth, short_by=0), interlaced(size, depth, short_by=1)
    assert decode(whole).size == size
    assert reason_of(one_less) == "truncated"


ADAM7 = ("16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777")


def interlaced(size: tuple[int, int], depth: int, short_by: int) -> bytes:
    """A grey Adam7 picture (PNG specification, section 8.2), counted pixel by pixel."""
    rows: dict[tuple[int, int], int] = {}
    for y in range(size[1]):
        for x in range(size[0]):
            turn = int(ADAM7[y % 8][x % 8])
            rows[turn, y] = rows.get((turn, y), 0) + 1
    length = sum(1 + -(-pixels * depth // 8) for pixels in rows.values())
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, 0, 0, 0, 1))
    pixels = chunk(b"IDAT", zlib.compress(bytes(length - short_by)))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


# Random damage. The PNG checksums are made right again, else every flip would end at the first check.


def flipped(data: bytes, flips: list[tuple[int, int]]) -> bytes:
    damaged = bytearray(data)
    for at, value in flips:
        damaged[at % len(damaged)] = value
    return bytes(damaged)


def checksums_made_right(data: bytes) -> bytes:
    whole, at = bytearray(data), 8
    while at + 12 <= len(whole):
        (length,) = struct.unpack_from(">I", whole, at)
        if at + 12 + length > len(whole):
            break
        body = bytes(whole[at + 4 : at + 8 + length])
        struct.pack_into(">I", whole, at + 8 + length, zlib.crc32(body))
        at += 12 + length
    return bytes(whole)


def assert_clean_or_refused(data: bytes) -> None:
    try:
        image = decode(data, limits=Limits(max_pixels=1_000_000))
    except ImageRejected:
        return
    assert image.mode in ("RGB", "RGBA")
    assert not image.info
    assert image.width * image.height <= 1_000_000


EXIF = Image.Exif()
EXIF[0x0112] = 6
WITH_ALPHA = Image.merge("RGBA", [*scene().split(), Image.radial_gradient("L").resize((48, 32))])
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
VICTIMS = [
    file("PNG"),
    file("PNG", scene().quantize(16), transparency=3),
    file("PNG", WITH_ALPHA, exif=EXIF),
    animation("PNG", 3, (16, 16)),
    file("JPEG", quality=60, exif=EXIF),
    file("JPEG", progressive=True),
    file("JPEG", quality=30, icc_profile=PROFILE),
    file("WEBP", quality=30, icc_profile=PROFILE),
    file("JPEG", scene().convert("CMYK")),
    file("WEBP", quality=50, exif=EXIF),
    file("WEBP", WITH_ALPHA),
    file("WEBP", scene(), lossless=True),
    animation("WEBP", 3, (16, 16)),
    file("GIF", scene((24, 16))),
    animation("GIF", 3, (16, 16)),
]
FLIPS = st.lists(st.tuples(st.integers(0, 1 << 14), st.integers(0, 255)), min_size=1, max_size=6)


@settings(max_examples=600)
@given(st.sampled_from(VICTIMS), FLIPS, st.booleans())
def test_random_damage_ends_in_a_clean_picture_or_a_refusal(
    victim: bytes, flips: list[tuple[int, int]], near_the_head: bool
) -> None:
    near = [(at % 64, value) for at, value in flips] if near_the_head else flips
    data = flipped(victim, near)
    assert_clean_or_refused(checksums_made_right(data) if data[:4] == b"\x89PNG" else data)


@settings(max_examples=200)
@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBP"]),
    st.binary(max_size=200),
)
def test_random_bytes_behind_a_signature_end_in_a_refusal(head: bytes, tail: bytes) -> None:
    assert_clean_or_refused(head + tail)
