"""How each status of uploads comes about."""

from kit import pictures
from kit.client import good

from .recipes import recipe


@recipe("upload_picture", 201)
def kept(shop):
    return pictures.upload(shop.staff, pictures.png())


@recipe("upload_picture", 413)
def heavy(shop):
    return pictures.upload(shop.staff, b"\0" * (1024 * 1024 + 1))


@recipe("upload_picture", 422)
def text(shop):
    return pictures.upload(shop.staff, b"GIF89a")


@recipe("upload_picture", 409)
def going(shop):
    picture = pictures.png()
    pictures.condemn(shop, good(pictures.upload(shop.staff, picture), 201))
    return pictures.upload(shop.staff, picture)
