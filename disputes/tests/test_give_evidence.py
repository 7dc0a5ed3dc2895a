"""Evidence: what may come in, what becomes of it, and when it is too late."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from accounts.models import User
from common.errors import Refusal
from disputes import evidence
from disputes.actions import decide, give_evidence
from disputes.models import Claim, Evidence
from disputes.tests.conftest import begun, due, expired, fresh
from disputes.timeline import documents, timeline

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options) -> bytes:
    written = BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 0).save(written, format=form, **options)
    return written.getvalue()


def upload(content: bytes, name: str = "broken.png", content_type: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


@pytest.fixture
def give(disputed: Claim, consumer: User, now):
    def given(content: bytes, name: str = "broken.png", *, by: User = consumer, kind: str = "photo") -> Evidence:
        return give_evidence(claim=disputed, by=by, kind=kind, file=upload(content, name), at=now)

    return given


def content_of(evidence: Evidence) -> bytes:
    with evidence.file.open("rb") as file:
        return bytes(file.read())


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (picture("JPEG"), "a.jpg", "image/jpeg"),
        (picture("PNG"), "a.png", "image/png"),
        (picture("PNG", mode="RGBA"), "a.png", "image/png"),
        (picture("PNG", mode="P"), "a.png", "image/png"),
        (picture("JPEG", mode="CMYK"), "a.jpg", "image/jpeg"),
        (picture("WEBP"), "a.webp", "image/webp"),
        (PDF, "a.pdf", "application/pdf"),
    ],
    ids=["JPEG", "PNG", "transparent", "palette", "CMYK", "WebP", "PDF"],
)
def test_photos_and_documents_are_kept_as_what_they_are(give, content, name, content_type):
    kept = give(content, "A.EXE")
    assert (kept.content_type, kept.name) == (content_type, f"A{name[1:]}")
    assert kept.size_bytes == kept.file.size > 0


def test_a_picture_keeps_its_pixels_and_nothing_else(give):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    kept = content_of(give(picture("PNG", pnginfo=notes) + b"<?php evil ?>"))
    assert b"script" not in kept
    assert b"php" not in kept
    assert Image.open(BytesIO(kept)).getpixel((0, 0)) == (255, 0, 0)


def test_where_a_photo_was_taken_is_not_kept(give):
    exif = Image.Exif()
    exif[0x010F] = "Camera of a person"
    kept = content_of(give(picture("JPEG", exif=exif)))
    assert not Image.open(BytesIO(kept)).getexif()


def test_a_large_photo_is_made_as_large_as_a_screen_needs(give):
    kept = content_of(give(picture("PNG", size=(5_000, 10))))
    assert Image.open(BytesIO(kept)).size == (4_096, 8)


FILES = {
    "a page": (b"<html><script>alert(1)</script>", "unknown_file_type"),
    "nothing": (b"", "unknown_file_type"),
    "a picture of a kind we do not take": (picture("GIF"), "unknown_file_type"),
    "half a picture": (picture("PNG", size=(300, 300))[:200], "unknown_file_type"),
    "half a PDF": (PDF[:20], "unknown_file_type"),
    "a page that begins like a PDF": (b"%PDF-<script>", "unknown_file_type"),
    "a program": (b"MZ\x90\x00", "unknown_file_type"),
    "a vector picture": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unknown_file_type"),
    "more than ten megabytes": (b"%PDF-" + bytes(10 * 1024 * 1024), "file_too_large"),
}


@pytest.mark.parametrize(("content", "code"), list(FILES.values()), ids=list(FILES))
def test_anything_else_is_refused_and_nothing_is_kept(give, tmp_path, content, code):
    with pytest.raises(Refusal) as refused:
        give(content)
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert not Evidence.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_a_picture_that_unpacks_to_too_much_is_refused(give, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_PIXELS", 40)
    with pytest.raises(Refusal) as refused:
        give(picture("PNG", size=(8, 6)))
    assert refused.value.code == "picture_too_large"


def test_a_bomb_is_refused_before_it_is_unpacked(give, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(Refusal) as refused:
        give(picture("PNG", size=(8, 6)))
    assert refused.value.code == "picture_too_large"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y.png", "\x00\n.png", "", "é" * 300])
def test_a_name_is_only_a_name(give, tmp_path, name):
    kept = give(picture(), name or "x")
    assert len(kept.name) <= 120
    assert not {"/", "\\", "\n", "\x00"} & set(kept.name)
    assert kept.file.name.startswith("evidence/")
    assert tmp_path in (tmp_path / kept.file.name).resolve().parents


def test_both_sides_give_evidence_and_see_it(give, disputed: Claim, merchant: User, consumer: User):
    give(picture())
    give(PDF, "bill.pdf", by=merchant, kind="receipt")
    assert [(one.role, one.name, bool(one.thumbnail)) for one in documents(disputed)] == [
        ("consumer", "broken.png", True),
        ("merchant", "bill.pdf", False),
    ]
    assert [file.name for entry in timeline(disputed, consumer) for file in entry.files] == ["broken.png", "bill.pdf"]


def test_each_side_gives_ten_at_most(give, disputed: Claim, merchant: User):
    for _number in range(10):
        give(PDF)
    with pytest.raises(Refusal) as refused:
        give(PDF)
    assert refused.value.code == "not_possible_now"
    give(PDF, by=merchant)


def test_evidence_needs_a_kind(give):
    with pytest.raises(Refusal) as refused:
        give(PDF, kind="rumour")
    assert (refused.value.code, refused.value.field) == ("kind_missing", "kind")


def test_once_sealed_nothing_is_added(give, disputed: Claim, consumer: User):
    given = give(PDF)
    expired(disputed)
    given.refresh_from_db()
    assert given.sealed_at == disputed.due_at
    with pytest.raises(Refusal) as refused:
        give_evidence(claim=fresh(disputed), by=consumer, kind="photo", file=upload(PDF), at=due(disputed))
    assert refused.value.code == "not_possible_now"


def test_an_early_decision_seals_the_evidence(give, disputed: Claim, agent: User, now):
    given = give(PDF)
    decide(claim=disputed, by=agent, outcome="consumer", reason="evidence_for_consumer", statement="Seen.", at=now)
    given.refresh_from_db()
    assert given.sealed_at == now


def test_agents_and_strangers_give_none(give, agent: User, outsider: User):
    for person, code in ((agent, "not_possible_now"), (outsider, "not_found")):
        with pytest.raises(Refusal) as refused:
            give(PDF, by=person)
        assert refused.value.code == code


def test_where_no_evidence_is_taken_the_file_is_not_even_looked_at(sealed: Claim, consumer: User):
    with pytest.raises(Refusal) as refused:
        give_evidence(claim=sealed, by=consumer, kind="photo", file=upload(b"no picture"), at=begun(sealed))
    assert refused.value.code == "not_possible_now"
