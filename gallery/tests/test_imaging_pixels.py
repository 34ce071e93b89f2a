"""Whatever a file's pixels are, they come out upright, 8-bit and in sRGB, and nothing else comes out."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from gallery.errors import ImageTooLarge
from gallery.imaging.decode import decode
from gallery.imaging.limits import Limits
from gallery.imaging.pixels import orientation

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def file(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return tuple(int(channel) for channel in value)


def near(value: tuple[int, ...], tolerance: int = 12) -> object:
    return pytest.approx(value, abs=tolerance)


@pytest.mark.parametrize(
    "convert",
    [
        lambda: halves(),
        lambda: halves().quantize(8),
        lambda: halves().convert("RGBA"),
        lambda: halves().convert("P", palette=Image.Palette.ADAPTIVE),
    ],
)
def test_colours_survive_every_png_mode(convert: Callable[[], Image.Image]) -> None:
    image = decode(file(convert()))
    assert image.mode == "RGB"
    assert pixel(image, 5, 5) == near(RED, 2)
    assert pixel(image, 60, 5) == near(BLUE, 2)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "GIF"])
def test_colours_survive_every_format(form: str) -> None:
    image = decode(file(halves(), form))
    assert (image.mode, image.size) == ("RGB", (64, 32))
    assert (pixel(image, 5, 5), pixel(image, 60, 28)) == (near(RED), near(BLUE))


def test_one_bit_and_grey_become_rgb() -> None:
    for mode in ("1", "L"):
        image = decode(file(Image.linear_gradient("L").convert(mode)))
        assert image.mode == "RGB"
        assert (pixel(image, 9, 0), pixel(image, 9, 255)) == ((0, 0, 0), (255, 255, 255))


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    image = Image.new("I;16", (4, 1))
    for x, value in enumerate((0, 256, 32_768, 65_535)):
        image.putpixel((x, 0), value)
    decoded = decode(file(image))
    assert [pixel(decoded, x, 0)[0] for x in range(4)] == [0, 1, 128, 255]


@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize("transparent", [False, True])
def test_sixteen_bit_pngs_of_every_kind_are_read(kind: int, channels: int, transparent: bool) -> None:
    row = b"\0" + struct.pack(">H", 0x8080) * channels * 3
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 16, kind, 0, 0, 0)), (b"IDAT", zlib.compress(row * 2))]
    if transparent and kind in (0, 2):
        chunks.insert(1, (b"tRNS", struct.pack(">H", 0x8080) * channels))
    image = decode(png(*chunks))
    assert image.size == (3, 2)
    assert pixel(image, 1, 1)[:3] == near((0x80,) * 3, 1)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    written = b"".join(
        struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (*chunks, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + written


def test_transparency_is_kept_from_palette_grey_and_alpha() -> None:
    alpha = Image.new("L", (64, 32), 255)
    alpha.paste(0, (0, 0, 32, 32))
    with_alpha = halves().copy()
    with_alpha.putalpha(alpha)
    grey = Image.merge("LA", [halves().convert("L"), alpha])
    for image in (with_alpha, grey, with_alpha.quantize(16)):
        decoded = decode(file(image))
        assert decoded.mode == "RGBA"
        assert (pixel(decoded, 5, 5)[3], pixel(decoded, 60, 5)[3]) == (0, 255)


def test_a_transparent_colour_of_palette_grey_rgb_and_gif_is_transparent() -> None:
    palette = halves().quantize(2)
    index = palette.getpixel((5, 5))
    pictures = [
        file(palette, transparency=index),
        file(palette, "GIF", transparency=index),
        file(halves(), transparency=RED),
        file(halves().convert("L"), transparency=halves().convert("L").getpixel((5, 5))),
    ]
    for data in pictures:
        decoded = decode(data)
        assert (pixel(decoded, 5, 5)[3], pixel(decoded, 60, 5)[3]) == (0, 255)


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    assert decode(file(halves().convert("RGBA"), "WEBP", lossless=True)).mode == "RGB"


@pytest.mark.parametrize("progressive", [False, True])
def test_cmyk_with_adobes_marker_is_not_inverted(progressive: bool) -> None:
    data = file(halves().convert("CMYK"), "JPEG", progressive=progressive, quality=95)
    assert b"Adobe" in data
    image = decode(data)
    assert (pixel(image, 5, 5), pixel(image, 60, 5)) == (near(RED, 20), near(BLUE, 20))


def test_a_jpeg_that_codes_rgb_directly_keeps_its_colours() -> None:
    image = decode(file(halves(), "JPEG", keep_rgb=True, quality=95))
    assert (pixel(image, 5, 5), pixel(image, 60, 5)) == (near(RED), near(BLUE))


def test_only_adobes_marker_can_say_that_a_jpeg_codes_rgb() -> None:
    data = file(halves(), "JPEG", keep_rgb=True, quality=95)
    in_frame, in_scan = b"R\x11\0G\x11\0B\x11\0", b"R\0G\0B\0"
    assert data.count(in_frame) == data.count(in_scan) == 1
    unnamed = data.replace(in_frame, b"\1\x11\0\2\x11\0\3\x11\0").replace(in_scan, b"\1\0\2\0\3\0")
    image = decode(unnamed)
    assert (pixel(image, 5, 5), pixel(image, 60, 5)) == (near(RED), near(BLUE))


# Orientation: the stored picture is what a viewer shows. (8 ways: Exif 2.3, tag 274.)

UPRIGHT_CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def corners(image: Image.Image) -> tuple[tuple[int, ...], ...]:
    right, low = image.width - 3, image.height - 3
    return tuple(pixel(image, x, y) for x, y in ((2, 2), (right, 2), (2, low), (right, low)))


def four_corners() -> Image.Image:
    image = Image.new("RGB", (64, 32))
    for place, color in zip(((0, 0), (32, 0), (0, 16), (32, 16)), UPRIGHT_CORNERS, strict=True):
        image.paste(color, (*place, place[0] + 32, place[1] + 16))
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("way", STORED_AS)
def test_every_orientation_comes_out_upright(form: str, way: int) -> None:
    turn = STORED_AS[way]
    stored = four_corners() if turn is None else four_corners().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = way
    image = decode(file(stored, form, exif=exif, quality=95))
    assert image.size == (64, 32)
    assert all(is_ == near(want, 40) for is_, want in zip(corners(image), UPRIGHT_CORNERS, strict=True))


@pytest.mark.parametrize(
    "exif",
    [b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"XX*\0\x08\0\0\0\0\0"]
    + [b"II*\0\x08\0\0\0\1\0\x12\x01\3\0\1\0\0\0" + bytes([value, 0, 0, 0]) for value in (0, 9, 255)],
)
def test_a_broken_exif_block_means_upright(exif: bytes) -> None:
    assert orientation(exif) == 1


# Colour profiles.


def swapped_profile() -> bytes:
    """sRGB with the primaries of red and blue exchanged: who ignores it shows the wrong colour."""
    whole = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    names = {whole[at : at + 4].decode(): at for at in range(132, 132 + 12 * whole[131], 12)}
    at, to = names["rXYZ"] + 4, names["bXYZ"] + 4
    whole[at : at + 8], whole[to : to + 8] = whole[to : to + 8], whole[at : at + 8]
    return bytes(whole)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_profile_is_applied_before_it_is_dropped(form: str) -> None:
    image = decode(file(halves(), form, icc_profile=swapped_profile(), quality=95))
    assert (pixel(image, 5, 5), pixel(image, 60, 5)) == (near(BLUE), near(RED))
    assert not image.info


def test_a_profile_is_applied_to_palette_and_alpha() -> None:
    half_clear = halves().copy()
    half_clear.putalpha(128)
    palette = decode(file(halves().quantize(8), icc_profile=swapped_profile()))
    clear = decode(file(half_clear, icc_profile=swapped_profile()))
    assert pixel(palette, 5, 5) == near(BLUE)
    assert pixel(clear, 5, 5) == near((*BLUE, 128))


def test_srgb_itself_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert pixel(decode(file(halves(), icc_profile=profile)), 5, 5) == near(RED, 1)


def grey_profile() -> bytes:
    """A monitor's grey of gamma 1 (ICC.1:2001, monochrome display profile), written by hand."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    text = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"g\0" + bytes(8 + 3 + 67)
    tags, bodies, at = [], b"", 128 + 4 + 3 * 12
    for name, body in ((b"desc", text), (b"wtpt", white), (b"kTRC", curve)):
        tags.append(name + struct.pack(">II", at + len(bodies), len(body)))
        bodies += body + bytes(-len(body) % 4)
    head = bytes(4) + b"none\x02\x10\0\0mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    head += bytes(128 - len(head))
    body = struct.pack(">I", 3) + b"".join(tags) + bodies
    return struct.pack(">I", 128 + len(body)) + head[4:] + body


def test_a_grey_profile_is_applied_to_grey_with_and_without_alpha() -> None:
    grey = Image.new("L", (8, 8), 64)
    plain = decode(file(grey, icc_profile=grey_profile()))
    clear = decode(file(Image.merge("LA", [grey, Image.new("L", (8, 8), 90)]), icc_profile=grey_profile()))
    assert pixel(plain, 3, 3) == near((137, 137, 137), 3)  # 64/255 of linear light in sRGB's curve
    assert pixel(clear, 3, 3) == near((137, 137, 137, 90), 3)


@pytest.mark.parametrize("profile", [b"junk" * 50, bytes(200), grey_profile()[:150], grey_profile()])
def test_a_profile_that_is_broken_or_of_another_kind_is_ignored(profile: bytes) -> None:
    for form in ("PNG", "JPEG", "WEBP"):
        assert pixel(decode(file(halves(), form, icc_profile=profile)), 5, 5) == near(RED)


def test_a_profile_beyond_the_limit_is_dropped_but_the_picture_kept() -> None:
    small = Limits(max_profile_bytes=200)
    for form in ("PNG", "JPEG", "WEBP"):
        data = file(halves(), form, icc_profile=swapped_profile())
        assert pixel(decode(data, limits=small), 5, 5) == near(RED)


def test_many_threads_decode_at_once_without_disturbing_each_other() -> None:
    good = file(halves())
    bomb = png((b"IHDR", struct.pack(">IIBBBBB", 16_000, 16_000, 8, 2, 0, 0, 0)))
    before = Image.MAX_IMAGE_PIXELS
    outcomes: list[object] = []

    def work() -> None:
        for data in (good, bomb) * 10:
            try:
                outcomes.append(decode(data).size)
            except ImageTooLarge:
                outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count((64, 32)) == outcomes.count("refused") == 60
    assert before == Image.MAX_IMAGE_PIXELS
