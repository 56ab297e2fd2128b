"""Mail, from what happens in the shop to a mailbox."""

import collections
import email
import email.policy
import json
import os
import re
import socket
import threading

import pytest

from kit import goods, wait
from kit.build import ROOT
from kit.client import good, key, problem
from kit.mailbox import Mailbox

MAIL = ("    commerce_mail smtp://127.0.0.1:%d \"from=Loja São João"
        " <loja@example.com>\" url=https://shop.example templates=%s;\n"
        "    commerce_http_allow 127.0.0.1;\n"
        "    commerce_http timeout=30s;\n")


def conf(port):
    return MAIL % (port, os.path.join(ROOT, "conf", "mail"))


@pytest.fixture(scope="module")
def mailbox():
    made = Mailbox()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shop(make_shop, mailbox):
    made = make_shop(http=conf(mailbox.smtp))
    made.query("store", "update core.job_kind set"
               " delays = array_fill('300 ms'::interval, '{30}')"
               " where kind = 'mail' returning 1")
    return made


def person():
    return "p%s@example.com" % key()[:12]


def register(shop, language="pt-BR"):
    address = person()
    good(shop.anonymous.call("register", {
        "name": "Zoë <b>", "email": address, "password": "uma senha boa 42"},
        headers={"accept-language": language}), 201)
    return address


def order(shop, variant, address, **claims):
    client = shop.client("customer", email=address, **claims)
    return good(client.write("POST", "/orders", goods.items((variant, 2))),
                201)


def arrived(mailbox, address, count=1, seconds=60):
    wait.until(lambda: len(mailbox.mails(address)) >= count, seconds,
               "mail to " + address, pause=0.1)
    return mailbox.mails(address)


@pytest.mark.parametrize("language, subject", [
    ("pt-BR", "Confirme seu e-mail"), ("en", "Confirm your e-mail")])
def test_registration_is_confirmed_by_mail(shop, mailbox, language, subject):
    """The link of the mail works; the secret is then nowhere any more."""
    address = register(shop, language)
    mail, = arrived(mailbox, address)
    assert mail["subject"] == subject
    assert mail["from"] == "Loja São João <loja@example.com>"
    assert "Zoë <b>" in mail["text"]
    assert "Zoë &lt;b&gt;" in mail["html"] and "<b>" not in mail["html"]
    token = re.search(r"https://shop\.example/confirmar-email\?token=(\S+)",
                      mail["text"]).group(1)
    assert token in mail["html"]
    good(shop.anonymous.call("confirm_email", {"token": token}))
    wait.until(lambda: shop.query(
        "identity", "select id from core.mail_outbox where recipient = %s"
        " and sent_at is not null and not data ? 'token'", address), 60,
        "the secret to be forgotten")


def test_password_reset(shop, mailbox):
    address = register(shop)
    arrived(mailbox, address)       # two that wait are sent side by side
    good(shop.anonymous.call("forgot_password", {"email": address}), 202)
    mails = arrived(mailbox, address, 2)
    token = re.search(r"nova-senha\?token=(\S+)", mails[-1]["text"]).group(1)
    good(shop.anonymous.call("reset_password", {
        "token": token, "password": "outra senha boa 43"}))
    mails = arrived(mailbox, address, 3)
    assert mails[-1]["subject"] == "Sua senha foi alterada"


def test_an_order_that_is_reduced(shop, mailbox):
    address = person()
    made = order(shop, goods.variant(shop, 50, 123456), address)
    good(shop.staff.call("pay_order", {}, id=made["id"]))
    good(shop.staff.call("reduce_order", {"items": [
        {"item_id": 1, "quantity": 1}]}, id=made["id"]))
    mail = arrived(mailbox, address, 3)[-1]
    assert mail["subject"] == ("Pedido %d: itens que não serão enviados"
                               % made["number"])
    assert "1 x " + made["items"][0]["name"] in mail["text"]
    assert "devolvido" not in mail["text"]      # it was paid by hand


def test_an_order_that_is_edited(shop, mailbox):
    """As it then is, and what that does to the money."""
    address = person()
    made = order(shop, goods.variant(shop, 50, 123456), address)
    good(shop.staff.call("edit_order", {"items": [
        {"item_id": 1, "quantity": 3}]}, id=made["id"]))
    mail = arrived(mailbox, address, 2)[-1]
    assert mail["subject"] == "Pedido %d alterado" % made["number"]
    assert "3 x " + made["items"][0]["name"] in mail["text"]
    assert "Falta pagar: R$ 3.703,68." in mail["text"]
    assert "devolver" not in mail["text"] + mail["html"]


def gift(shop, address, **more):
    made = good(shop.staff.call("create_gift_card", {
        "amount": {"amount": 5000, "currency": "BRL"},
        "expires_at": "2099-12-31T12:00:00Z"}), 201)
    return made, good(shop.staff.call("mail_gift_card", {
        "email": address, **more}, id=made["id"]))


CODE = r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}"


@pytest.mark.parametrize("language, subject, until", [
    ("pt-BR", "Um vale-presente de R$ 50,00 para você", "31/12/2099"),
    ("en", "A gift card of R$50.00 for you", "2099-12-31")])
def test_a_gift_card_is_mailed(shop, mailbox, language, subject, until):
    """Only the mail knows its code, which is a new one."""
    address = person()
    made, told = gift(shop, address, name="Bia", giver="Zoë <b>",
                      message="Feliz\nNatal", language=language)
    assert "code" not in told and told["version"] > made["version"]
    mail, = arrived(mailbox, address)
    assert mail["subject"] == subject and until in mail["text"]
    assert "Feliz\nNatal" in mail["text"].replace("\r", "")
    assert "Zoë &lt;b&gt;" in mail["html"] and "<b>" not in mail["html"]
    code, = set(re.findall(CODE, mail["text"] + mail["html"]))
    assert code.endswith(told["hint"])
    assert good(shop.anonymous.call("check_gift_card", {"code": code}))[
        "balance"]["amount"] == 5000
    problem(shop.anonymous.call("check_gift_card", {"code": made["code"]}),
            404, "gift_card_not_found")
    wait.until(lambda: shop.query(
        "store", "select id from core.job where payload ->> 'to' = %s and"
        " status = 'done' and not payload -> 'data' ? 'code'", address), 60,
        "the code to be forgotten")
    assert not shop.query("store", "select id from core.job where"
                                   " payload::text like %s", "%%" + code)


def test_a_gift_card_that_cannot_be_used_is_not_mailed(shop, mailbox):
    made, _ = gift(shop, person())
    good(shop.staff.call("update_gift_card", {"active": False},
                         id=made["id"]))
    problem(shop.staff.call("mail_gift_card", {"email": person()},
                            id=made["id"]), 409, "gift_card_unusable")


def test_goods_are_there_again(shop, mailbox):
    address, made = person(), goods.product(shop, 0, 4990)
    variant = made["variants"][0]["id"]
    good(shop.anonymous.call("ask_stock_notice", {
        "variant_id": variant, "email": address},
        headers={"accept-language": "en"}), 201)
    good(shop.staff.call("create_stock_movement", {
        "variant_id": variant, "kind": "receipt", "delta": 3}), 201)
    mail, = arrived(mailbox, address)
    assert mail["subject"] == made["name"] + " is back in stock"
    assert "R$49.90" in mail["text"]
    assert "https://shop.example/produto/" + made["slug"] in mail["html"]


def test_the_life_of_an_order(shop, mailbox):
    """In order, with amounts and tracking as people read them."""
    address, variant = person(), goods.variant(shop, 50, 123456)
    made = order(shop, variant, address, name="Ana")
    for operation, body in (
            ("pay_order", {}),
            ("ship_order", {"carrier": "Correios", "tracking_code": "BR1",
                            "tracking_url": "https://t.example/BR1"}),
            ("deliver_order", {})):
        good(shop.staff.call(operation, body, id=made["id"], headers={
            "if-match": "*"}))
    number = made["number"]
    mails = arrived(mailbox, address, 4)
    assert [mail["subject"] for mail in mails] == [
        "Pedido %d recebido" % number,
        "Pagamento do pedido %d confirmado" % number,
        "Pedido %d a caminho" % number, "Pedido %d entregue" % number]
    assert "R$ 2.469,12" in mails[0]["text"]
    assert "R$ 2.469,12" in mails[0]["html"]
    assert "Correios" in mails[2]["text"]
    assert 'href="https://t.example/BR1"' in mails[2]["html"]
    for mail in mails:
        assert "/conta/pedidos/" + made["id"] in mail["text"]
        assert "{{" not in mail["text"] + mail["html"]
    assert len({mail["message_id"] for mail in mails}) == 4


def test_mail_of_a_guest_leads_to_tracking(shop, mailbox):
    """He has no account to look into."""
    address, variant = person(), goods.variant(shop, 50)
    made = good(shop.staff.call("place_order", {
        **goods.items((variant, 1)),
        "customer": {"name": "Bia", "email": address}}), 201)
    mail, = arrived(mailbox, address)
    link = "https://shop.example/rastreio?pedido=%d" % made["number"]
    assert link in mail["text"] and 'href="%s"' % link in mail["html"]


def test_each_parcel_and_each_refund(shop, mailbox):
    """Two parcels, two parts of the money: a mail for each of them."""
    address, variant = person(), goods.variant(shop, 50, 1000)
    cart = good(shop.anonymous.call("create_cart", {"items": [
        {"variant_id": variant, "quantity": 2}]}), 201)
    made = good(shop.anonymous.call("checkout_cart", {
        "customer": {"name": "Ana", "email": address}, "payment": {
            "provider": "test", "flow": "token", "token": "tok_success"}},
        id=cart["id"]), 201)["order"]
    one = {"items": [{"item_id": 1, "quantity": 1}]}
    for code in ("BR1", "BR2"):
        good(shop.staff.call("create_order_fulfilment", {
            **one, "tracking_code": code}, id=made["id"]), 201)
    for _ in range(2):
        good(shop.staff.call("create_order_refund", one, id=made["id"]), 201)
    mails = arrived(mailbox, address, 6)[2:]
    number = made["number"]
    assert [mail["subject"] for mail in mails] == [
        "Pedido %d a caminho" % number] * 2 + [
        "Reembolso do pedido %d" % number] * 2
    for mail, said in zip(mails, ["BR1", "BR2", "R$ 10,00", "R$ 10,00"]):
        assert said in mail["text"]


def test_a_canceled_order(shop, mailbox):
    address, variant = person(), goods.variant(shop, 50)
    made = order(shop, variant, address)
    good(shop.staff.call("cancel_order", {}, id=made["id"], headers={
        "if-match": "*"}))
    mails = arrived(mailbox, address, 2)
    assert mails[1]["subject"] == "Pedido %d cancelado" % made["number"]
    assert "não chegou a tempo" not in mails[1]["text"]


def test_mail_waits_for_its_server(shop, mailbox):
    """Down for a while, then up: all arrive, none twice."""
    variant = goods.variant(shop, 500)
    mailbox.halt()
    people = [person() for _ in range(12)]
    for address in people:
        order(shop, variant, address)
    wait.until(lambda: shop.query("store", """
        select count(*) as n from core.job where kind = 'mail'
        and attempts > 1 and status <> 'done'""")[0]["n"] >= 5, 60,
        "attempts in vain", pause=0.1)
    mailbox.start()
    for address in people:
        arrived(mailbox, address, 1, 90)
    ids = collections.Counter(mail["message_id"] for mail in mailbox.mails()
                              if mail["to"] in people)
    assert len(ids) == 12 and set(ids.values()) == {1}


class Deaf:
    """An SMTP server that takes a mail and does not say so, at first."""

    def __init__(self, silent=1, refuses=()):
        self.silent = silent
        self.refuses = refuses
        self.taken = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                try:
                    self.talk(file)
                except OSError:
                    pass

    def talk(self, file):
        def say(text):
            file.write(text + b"\r\n")
            file.flush()
        say(b"220 x")
        while line := file.readline():
            if line.startswith(b"RCPT") and any(
                    address.encode() in line for address in self.refuses):
                say(b"550 nobody")
            elif line.startswith(b"DATA"):
                say(b"354 x")
                data = b""
                while (line := file.readline()) not in (b".\r\n", b""):
                    data += line
                self.taken.append(email.message_from_bytes(
                    data, policy=email.policy.default))
                if self.silent:
                    self.silent -= 1
                    return
                say(b"250 x")
            elif line.startswith(b"QUIT"):
                say(b"221 x")
                return
            else:
                say(b"250 x")


@pytest.fixture
def deaf(make_shop):
    made = []

    def make(**options):
        server = Deaf(**options)
        made.append(server)
        gateway = make_shop(http=conf(server.port))
        gateway.query("store", "update core.job_kind set"
                      " delays = array_fill('300 ms'::interval, '{9}')"
                      " where kind = 'mail' returning 1")
        return server, gateway

    yield make
    for server in made:
        server.socket.close()


def test_a_lost_answer_repeats_the_message_id(deaf):
    """The server has the mail, we do not know: twice, and the same."""
    server, gateway = deaf(silent=1)
    order(gateway, goods.variant(gateway, 5), "once@example.com")
    wait.until(lambda: len(server.taken) == 2, 60, "it again")
    first, second = server.taken
    assert first["message-id"] == second["message-id"]
    assert first["date"] == second["date"]
    assert first.as_bytes() == second.as_bytes()


def test_a_gift_card_whose_mail_was_lost(deaf):
    """The same mail again; while it waits nobody who looks at jobs sees the
    code, and one that is dead has forgotten it: the card is mailed anew."""
    server, gateway = deaf(silent=1, refuses=["nobody@"])
    gift(gateway, "bia@example.com")
    wait.until(lambda: len(server.taken) == 2, 60, "it again")
    first, second = server.taken
    assert first.as_bytes() == second.as_bytes()
    made, _ = gift(gateway, "nobody@example.com")
    row = wait.until(lambda: gateway.query(
        "store", "select id, payload from core.job where kind = 'mail'"
        " and status = 'dead'"), 60, "its death", pause=0.05)[0]
    assert "code" not in row["payload"]["data"]
    problem(gateway.admin.call("retry_job", id=row["id"]), 409,
            "job_not_retriable")
    waiting = gateway.query("store", """
        select core.job_put('mail', jsonb_build_object(
            'secret', 'code', 'data', '{"code": "X", "name": "Bia"}'::jsonb),
            now() + interval '1 hour') as id""")[0]["id"]
    assert good(gateway.admin.call("get_job", id=waiting))["payload"][
        "data"] == {"name": "Bia"}
    good(gateway.staff.call("mail_gift_card", {"email": "bia@example.com"},
                            id=made["id"]))
    wait.until(lambda: len(server.taken) == 3, 60, "the next one")


def test_what_is_refused_for_good_is_dead(deaf):
    server, gateway = deaf(silent=0, refuses=["nobody@"])
    order(gateway, goods.variant(gateway, 5), "nobody@example.com")
    row = wait.until(lambda: gateway.query(
        "store", "select attempts, error from core.job where kind = 'mail'"
        " and status = 'dead'"), 60, "its death", pause=0.05)[0]
    assert row["attempts"] == 1 and "550" in row["error"]
    assert not server.taken


@pytest.mark.parametrize("address", [
    "a@example.com\r\nBcc: evil@example.com", "a@example.com\nX: y",
    "a@example.com>,<evil@example.com", "a@example.com, evil@example.com",
    "a b@example.com", "a@example.com\r\n.\r\nMAIL FROM:<x@y.z>"])
def test_no_address_smuggles(shop, mailbox, address):
    """Whatever stands in the database, the mail goes to nobody else."""
    wait.until(lambda: not shop.query("store", """
        select 1 as n from core.outbox_waiting union all
        select 1 from core.job where kind = 'mail'
           and status in ('waiting', 'running')"""), 60,
        "other mail to be sent")
    count = len(mailbox.mails())
    job = shop.query("store", "select core.job_put('mail', %s) as id",
                     json.dumps({
                         "to": address, "template": "order_paid",
                         "data": {}}))[0]["id"]
    wait.until(lambda: shop.query(
        "store", "select id from core.job where id = %s and status = 'dead'",
        job), 60, "the refusal")
    assert len(mailbox.mails()) == count


def test_no_name_smuggles(shop, mailbox):
    """Subjects and names end no header and open no other."""
    evil = "Ana\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>"
    address = person()
    shop.query("store", "select core.job_put('mail', %s)",
               json.dumps({
                   "to": address, "template": "order_created",
                   "data": {"name": evil, "number": evil, "total": evil,
                            "items": [{"name": evil}]}}))
    mail, = arrived(mailbox, address)
    raw = mailbox.page("/%s.eml" % mail["id"]).content
    made = email.message_from_bytes(raw, policy=email.policy.default)
    assert made["bcc"] is None and made["to"] == address
    assert made.defects == [] and not made["subject"].count("\n")
    assert "<script>" not in mail["html"]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


def test_staff_hear_of_low_stock(shop, mailbox):
    address = person()
    variant = goods.variant(shop, 3)
    shop.query("store", "update core.setting set value = to_jsonb(%s::text[])"
               " where key = 'mail.staff' returning 1", [address])
    order(shop, variant, person())
    order(shop, goods.variant(shop, 2), person())
    run = "select core.job_put('stock_alert', '{}', dedupe => '')"
    shop.query("store", run)
    mail = arrived(mailbox, address)[-1]
    assert "esgotado" in mail["text"]
    shop.query("store", run)
    wait.until(lambda: shop.query(
        "store", "select id from core.job where kind = 'stock_alert'"
        " and due_at > now() and status = 'waiting'"), 60, "another look")
    assert len(mailbox.mails(address)) == 1


def test_templates_can_be_looked_at(shop):
    """Each, in both languages, without a hole."""
    listed = good(shop.admin.call("list_mail_templates"))["templates"]
    files = os.listdir(os.path.join(ROOT, "conf", "mail"))
    assert sorted("%(name)s.%(language)s.mail" % t for t in listed) \
        == sorted(name for name in files if name.endswith(".mail"))
    for template in listed:
        shown = good(shop.admin.call(
            "get_mail_template", name=template["name"],
            headers={"accept-language": template["language"]}))
        assert shown["language"] == template["language"]
        assert shown["subject"].strip() and shown["text"].strip()
        assert "{{" not in shown["subject"] + shown["text"] + shown["html"]
        assert shown["html"].startswith("<!DOCTYPE html>")


def test_the_mailbox_shows_mail(shop, mailbox):
    """To this machine, and with nothing of a mail let loose."""
    mail, = arrived(mailbox, register(shop))
    shown = mailbox.page("/" + mail["id"])
    assert shown.status_code == 200
    assert 'iframe sandbox="allow-popups"' in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert mail["id"] in mailbox.page("/").text
    assert mailbox.page("/", host="evil.example").status_code == 403
    assert mailbox.page("/../../etc/passwd").status_code == 404
