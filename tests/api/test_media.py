"""Pictures: what is taken, where it lies, and when it goes."""

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import goods, wait
from kit.client import PREFIX, good, problem
from kit.pictures import condemn, jpeg, png, upload, webp


def path_of(shop, url):
    assert url.startswith("/media/files/")
    return shop.nginx.path("media/" + url[len("/media/files/"):])


def left(shop):
    """Bodies that nobody deleted."""
    return os.listdir(shop.nginx.path("body"))


def kept(shop, picture, kind="image/png"):
    return good(upload(shop.staff, picture, kind), 201)


@pytest.mark.parametrize("picture, extension, size", [
    (png(40, 30), "png", (40, 30)),
    (png(8000, 5000), "png", (8000, 5000)),
    (jpeg(640, 480, scans=3), "jpg", (640, 480)),
    (webp(17, 300), "webp", (17, 300)),
    (webp(300, 17, b"VP8 "), "webp", (300, 17)),
    (webp(5000, 6000, b"VP8X", frames=2), "webp", (5000, 6000)),
], ids=["png", "png-large", "jpeg", "webp-l", "webp", "webp-x"])
def test_picture_is_kept_by_its_bytes(shop, picture, extension, size):
    """What the client says it is does not matter; twice is once."""
    answer = upload(shop.staff, picture, "image/jpeg")
    made = good(answer, 201)
    name = hashlib.sha256(picture).hexdigest()
    assert made["url"] == "/media/files/%s/%s.%s" % (name[:2], name,
                                                     extension)
    assert answer.headers["location"] == made["url"]
    assert (made["width"], made["height"]) == size
    assert made["bytes"] == len(picture)
    assert made["type"] == "image/" + extension.replace("jpg", "jpeg")
    assert kept(shop, picture, "image/webp") == made

    path = path_of(shop, made["url"])
    with open(path, "rb") as file:
        assert file.read() == picture
    seen = os.stat(path)
    assert stat.S_IMODE(seen.st_mode) == 0o644
    wait.until(lambda: not left(shop), 60, "the bodies to be deleted")
    assert os.stat(path).st_nlink == 1


REFUSED = {
    "empty": (b"", "not_a_picture"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
    "gif": (b"GIF89a\x01\x00\x01\x00", "not_a_picture"),
    "png-cut": (png()[:-1], "picture_broken"),
    "png-begun": (png()[:30], "picture_broken"),
    "png-flat": (png(0, 1), "picture_broken"),
    "jpeg-cut": (jpeg()[:-2], "picture_broken"),
    "jpeg-blank": (jpeg(scans=0), "picture_broken"),
    "webp-cut": (webp()[:-1], "picture_broken"),
    "webp-blank": (webp(kind=b"VP8X", frames=0), "picture_broken"),
    "png-wide": (png(8001, 1), "picture_too_large"),
    "png-large": (png(8000, 5001), "picture_too_large"),
    "png-huge": (png(4294967295, 4294967295), "picture_too_large"),
    "jpeg-scans": (jpeg(scans=101), "picture_too_large"),
    "webp-frames": (webp(kind=b"VP8X", frames=101), "picture_too_large"),
}


@pytest.mark.parametrize("content, code", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(shop, content, code):
    problem(upload(shop.staff, content), 422, code)
    name = hashlib.sha256(content).hexdigest()
    assert not shop.query("store", "select name from core.media"
                          " where name ^@ %s", name)
    assert not os.path.exists(shop.nginx.path("media/%s/" % name[:2] + name))
    wait.until(lambda: not left(shop), 60, "the body to be deleted")


def test_svg_is_not_even_read(shop):
    problem(upload(shop.staff, b"<svg/>", "image/svg+xml"), 415,
            "unsupported_media_type")


def test_disk_that_takes_nothing_is_told(shop):
    """Retried when it does, the same upload goes on."""
    picture = png()
    name = hashlib.sha256(picture).hexdigest()
    directory = shop.nginx.path("media/" + name[:2])
    while os.path.exists(directory):
        picture = png()
        name = hashlib.sha256(picture).hexdigest()
        directory = shop.nginx.path("media/" + name[:2])
    shop.nginx.write("media/" + name[:2], "in the way")

    problem(upload(shop.staff, picture), 503, "not_executed")
    os.unlink(directory)
    assert os.path.exists(path_of(shop, kept(shop, picture)["url"]))


def test_without_a_directory_there_are_no_uploads(make_shop):
    bare = make_shop(media="")
    problem(upload(bare.staff, png()), 503, "no_media")


def image(made):
    return {"url": made["url"], "width": made["width"],
            "height": made["height"], "alt": "Prova"}


def test_product_shows_what_is_kept(shop):
    made = kept(shop, png())
    product = goods.product(shop, images=[image(made)])
    assert product["images"][0]["url"] == made["url"]
    elsewhere = made["url"].replace(".png", ".jpg")
    for refused in (
            shop.staff.call("create_image", {"url": elsewhere},
                            id=product["id"]),
            shop.staff.call("update_product", {"images": [
                image(made), {"url": elsewhere}]}, id=product["id"],
                headers={"if-match": '"%d"' % product["version"]})):
        assert problem(refused, 422, "unknown_picture")["urls"] == [elsewhere]
    seen = good(shop.staff.call("get_product", id=product["id"]), 200)
    assert [one["url"] for one in seen["images"]] == [made["url"]]


def age(shop, *made):
    shop.query("store", "update core.media set touched_at = now()"
               " - interval '25 hours' where core.media_url(name) = any (%s)"
               " returning name", [one["url"] for one in made])


def rows(shop, made):
    return shop.query("store", "select * from core.media"
                      " where core.media_url(name) = %s", made["url"])


def forget(shop):
    shop.query("store", "update core.job set due_at = now()"
               " where kind = 'media_forget' returning id")


def test_pictures_that_nobody_shows_are_deleted(shop):
    shown, young, old, removed = [kept(shop, png()) for _ in range(4)]
    goods.product(shop, images=[image(shown)])
    product = goods.product(shop, images=[image(removed)])
    age(shop, shown, old, removed)
    good(shop.staff.call("update_product", {"images": []}, id=product["id"],
                         headers={"if-match": '"%d"' % product["version"]}),
         200)

    def gone():
        forget(shop)
        return not rows(shop, old)
    wait.until(gone, 60, "the old picture to go", pause=0.2)
    assert not os.path.exists(path_of(shop, old["url"]))
    for one in (shown, young, removed):
        assert os.path.exists(path_of(shop, one["url"])), one
        assert rows(shop, one)[0]["condemned_at"] is None


def test_deletion_goes_on_where_it_was_broken_off(shop):
    """The file had gone and the row had not; its sender comes back."""
    picture = png()
    made = kept(shop, picture)
    condemn(shop, made)
    problem(upload(shop.staff, picture), 409, "picture_going")
    problem(shop.staff.post(PREFIX + "/products/%d/images"
                            % goods.product(shop)["id"],
                            json={"url": made["url"]}), 422,
            "unknown_picture")
    os.unlink(path_of(shop, made["url"]))

    def gone():
        forget(shop)
        return not rows(shop, made)
    wait.until(gone, 60, "the row to go", pause=0.2)
    assert kept(shop, picture) == made
    assert os.path.exists(path_of(shop, made["url"]))


def test_picture_that_is_being_put_on_a_product_stays(shop):
    """Whoever shows it has not committed when the job looks."""
    made = kept(shop, png())
    product = goods.product(shop)
    age(shop, made)
    with shop.cluster.connect(shop.copies["store"]) as holder, \
            shop.cluster.connect(shop.copies["store"]) as job, \
            ThreadPoolExecutor(1) as threads:
        with holder.transaction():
            holder.execute("insert into core.product_image (product_id, url)"
                           " values (%s, %s)", [product["id"], made["url"]])
            pid = job.execute("select pg_backend_pid()").fetchone()[0]
            asked = threads.submit(lambda: job.execute(
                "select name from api.condemn_pictures(100)").fetchall())
            wait.until(lambda: shop.query("store", """
                select pid from pg_stat_activity
                where pid = %s and wait_event_type = 'Lock'""", pid), 60,
                "the job to wait")
        assert made["url"].rsplit("/", 1)[1] not in [
            row[0] for row in asked.result(30)]
    assert rows(shop, made)[0]["condemned_at"] is None
