"""How each status of an identity operation comes about."""

from kit import goods
from kit.client import good, key

from .recipes import recipe

PASSWORD = "uma senha bem comprida 42"
STALE = {"if-match": '"99"'}


def email():
    return key() + "@example.com"


class Person:
    """A customer without a password, and a client that is this customer."""

    def __init__(self, shop):
        self.user = good(shop.staff.call("create_customer", {
            "name": "Rita Reis", "email": email()}), 201)
        self.id = self.user["id"]
        self.email = self.user["email"]
        self.client = shop.client("customer", sub=self.id)


class Member(Person):
    """A customer who has registered and can log in."""

    def __init__(self, shop):
        self.user = good(shop.anonymous.call("register", {
            "name": "Rita Reis", "email": email(), "password": PASSWORD}),
            201)
        self.id = self.user["id"]
        self.email = self.user["email"]
        self.client = shop.client("customer", sub=self.id)


def log_in(shop, member, password=PASSWORD):
    return shop.anonymous.call("login", {"email": member.email,
                                         "password": password})


def mailed(shop, address, template):
    """The token of the last message of that kind to the address."""
    return shop.query("identity", """
        select data ->> 'token' as token from core.mail_outbox
         where recipient = %s and template = %s
         order by id desc limit 1""", address, template)[0]["token"]


def lock(shop, address):
    """As after many wrong passwords."""
    shop.query("identity", """
        insert into core.login_failure (account, attempts, locked_until)
        values (sha256(convert_to(%s, 'UTF8')), 20,
                now() + interval '1 minute')
        returning attempts""", address)


def hurry(shop, operation):
    """Requests until they are too many."""
    for _ in range(2000):
        answer = shop.anonymous.call(operation, {})
        if answer.status_code == 429:
            break
    return answer


def hurried(operation):
    recipe(operation, 429)(lambda shop: hurry(shop, operation))


for name in ("register", "refresh", "forgot_password", "reset_password",
             "confirm_email"):
    hurried(name)


# Getting in and out.

@recipe("register", 201)
def register(shop):
    return shop.anonymous.call("register", {
        "name": "Rita Reis", "email": email(), "password": PASSWORD})


@recipe("register", 409)
def register_again(shop):
    return shop.anonymous.call("register", {
        "name": "Rita Reis", "email": Person(shop).email,
        "password": PASSWORD})


@recipe("login", 200)
def login(shop):
    return log_in(shop, Member(shop))


@recipe("login", 401)
def login_wrong(shop):
    return log_in(shop, Person(shop))


@recipe("login", 403)
def login_inactive(shop):
    member = Member(shop)
    good(shop.admin.call("deactivate_user", id=member.id))
    return log_in(shop, member)


@recipe("login", 429)
def login_locked(shop):
    person = Person(shop)
    lock(shop, person.email)
    return log_in(shop, person)


@recipe("refresh", 200)
def refresh(shop):
    session = good(log_in(shop, Member(shop)))
    return shop.anonymous.call("refresh", {
        "refresh_token": session["refresh_token"]})


@recipe("refresh", 401)
def refresh_unknown(shop):
    return shop.anonymous.call("refresh", {"refresh_token": "a" * 43})


@recipe("logout", 204)
def logout(shop):
    return Person(shop).client.call("logout")


@recipe("logout_all", 204)
def logout_all(shop):
    return Person(shop).client.call("logout_all")


@recipe("get_jwks", 200)
def jwks(shop):
    return shop.anonymous.call("get_jwks")


# Passwords and addresses of mail.

@recipe("forgot_password", 202)
def forgot(shop):
    return shop.anonymous.call("forgot_password", {"email": email()})


@recipe("reset_password", 204)
def reset(shop):
    person = Person(shop)
    good(shop.anonymous.call("forgot_password", {"email": person.email}))
    return shop.anonymous.call("reset_password", {
        "token": mailed(shop, person.email, "reset_password"),
        "password": PASSWORD})


@recipe("set_my_password", 204)
def set_password(shop):
    return Member(shop).client.call("set_my_password", {
        "current_password": PASSWORD, "new_password": PASSWORD + "!"})


@recipe("set_my_password", 404)
def set_password_of_nobody(shop):
    return shop.customer.call("set_my_password", {
        "current_password": PASSWORD, "new_password": PASSWORD + "!"})


@recipe("set_my_password", 429)
def set_password_locked(shop):
    person = Person(shop)
    lock(shop, person.email)
    return person.client.call("set_my_password", {
        "current_password": PASSWORD, "new_password": PASSWORD + "!"})


def ask_for(client, address):
    return client.call("change_email", {"email": address,
                                        "password": PASSWORD})


@recipe("change_email", 202)
def change_email(shop):
    return ask_for(Member(shop).client, email())


@recipe("change_email", 404)
def change_email_of_nobody(shop):
    return ask_for(shop.customer, email())


@recipe("change_email", 409)
def change_email_taken(shop):
    return ask_for(Member(shop).client, Person(shop).email)


@recipe("change_email", 429)
def change_email_locked(shop):
    person = Person(shop)
    lock(shop, person.email)
    return ask_for(person.client, email())


@recipe("confirm_email", 204)
def confirm(shop):
    token = mailed(shop, Member(shop).email, "confirm_email")
    return shop.anonymous.call("confirm_email", {"token": token})


@recipe("confirm_email", 409)
def confirm_too_late(shop):
    """Somebody else takes the address before the change is confirmed."""
    wanted = email()
    good(ask_for(Member(shop).client, wanted))
    good(shop.staff.call("create_customer", {"name": "Rui",
                                             "email": wanted}), 201)
    return shop.anonymous.call("confirm_email", {
        "token": mailed(shop, wanted, "change_email")})


# The caller.

@recipe("get_me", 200)
def get_me(shop):
    return Person(shop).client.call("get_me")


@recipe("get_me", 404)
def get_nobody(shop):
    return shop.customer.call("get_me")


@recipe("get_users_login", 200)
def users_login(shop):
    return Person(shop).client.call("get_users_login")


@recipe("get_users_login", 404)
def users_login_of_nobody(shop):
    return shop.customer.call("get_users_login")


@recipe("update_me", 200)
def update_me(shop):
    return Person(shop).client.call("update_me", {"name": "Rita R."})


@recipe("update_me", 404)
def update_nobody(shop):
    return shop.customer.call("update_me", {"name": "Rita R."})


@recipe("update_me", 412)
def update_me_stale(shop):
    return Person(shop).client.call("update_me", {"name": "R"},
                                    headers=STALE)


@recipe("delete_me", 204)
def delete_me(shop):
    return Person(shop).client.call("delete_me")


@recipe("delete_me", 404)
def delete_nobody(shop):
    return shop.client("customer").call("delete_me")


def buyer(shop):
    """A customer who waits for an order."""
    person = Person(shop)
    good(person.client.write("POST", "/orders", {"items": [
        {"variant_id": goods.variant(shop, 5), "quantity": 1}]}), 201)
    return person


@recipe("delete_me", 409)
def delete_me_waiting(shop):
    return buyer(shop).client.call("delete_me")


@recipe("delete_me", 412)
def delete_me_stale(shop):
    return Person(shop).client.call("delete_me", headers=STALE)


# Addresses and sessions.

ADDRESS = {"recipient": "Rita Reis", "street": "Rua das Flores",
           "city": "Santos", "postal_code": "11013-000", "region": "SP"}


def address(shop):
    """(client of its owner, the address)."""
    client = Person(shop).client
    return client, good(client.call("create_address", ADDRESS), 201)


@recipe("list_addresses", 200)
def list_addresses(shop):
    return address(shop)[0].call("list_addresses")


@recipe("create_address", 201)
def create_address(shop):
    return Person(shop).client.call("create_address", ADDRESS)


@recipe("create_address", 404)
def address_of_nobody(shop):
    return shop.customer.call("create_address", ADDRESS)


@recipe("create_address", 409)
def too_many_addresses(shop):
    client = Person(shop).client
    for _ in range(50):
        good(client.call("create_address", ADDRESS), 201)
    return client.call("create_address", ADDRESS)


@recipe("get_address", 200)
def get_address(shop):
    client, made = address(shop)
    return client.call("get_address", id=made["id"])


@recipe("update_address", 200)
def update_address(shop):
    client, made = address(shop)
    return client.call("update_address", {"city": "Recife"}, id=made["id"])


@recipe("update_address", 412)
def update_address_stale(shop):
    client, made = address(shop)
    return client.call("update_address", {"city": "Recife"}, headers=STALE,
                       id=made["id"])


@recipe("delete_address", 204)
def delete_address(shop):
    client, made = address(shop)
    return client.call("delete_address", id=made["id"])


@recipe("list_sessions", 200)
def list_sessions(shop):
    member = Member(shop)
    good(log_in(shop, member))
    return member.client.call("list_sessions")


@recipe("delete_sessions", 204)
def delete_sessions(shop):
    return Person(shop).client.call("delete_sessions")


@recipe("delete_session", 204)
def delete_session(shop):
    member = Member(shop)
    good(log_in(shop, member))
    row = good(member.client.call("list_sessions"))["data"][0]
    return member.client.call("delete_session", id=row["id"])


# Users, customers, roles.

@recipe("list_users", 200)
def list_users(shop):
    return shop.admin.call("list_users")


@recipe("create_user", 201)
def create_user(shop):
    return shop.admin.call("create_user", {
        "name": "Sara Staff", "email": email(), "password": PASSWORD,
        "roles": ["staff"], "phone": "+55 11 91234-5678"})


@recipe("create_user", 409)
def create_user_taken(shop):
    return shop.admin.call("create_user", {"name": "Sara",
                                           "email": Person(shop).email})


@recipe("get_user", 200)
def get_user(shop):
    return shop.admin.call("get_user", id=Person(shop).id)


@recipe("replace_user", 200)
def replace_user(shop):
    return shop.admin.call("replace_user", {
        "name": "Rita", "email": email()}, id=Person(shop).id)


@recipe("replace_user", 409)
def replace_user_taken(shop):
    return shop.admin.call("replace_user", {
        "name": "Rita", "email": Person(shop).email}, id=Person(shop).id)


@recipe("replace_user", 412)
def replace_user_stale(shop):
    return shop.admin.call("replace_user", {
        "name": "Rita", "email": email()}, headers=STALE,
        id=Person(shop).id)


@recipe("update_user", 200)
def update_user(shop):
    return shop.admin.call("update_user", {"roles": ["staff", "customer"]},
                           id=Person(shop).id)


@recipe("update_user", 409)
def update_user_taken(shop):
    return shop.admin.call("update_user", {"email": Person(shop).email},
                           id=Person(shop).id)


@recipe("update_user", 412)
def update_user_stale(shop):
    return shop.admin.call("update_user", {"name": "R"}, headers=STALE,
                           id=Person(shop).id)


@recipe("delete_user", 204)
def delete_user(shop):
    return shop.admin.call("delete_user", id=Person(shop).id)


@recipe("delete_user", 409)
def delete_user_waiting(shop):
    return shop.admin.call("delete_user", id=buyer(shop).id)


@recipe("delete_user", 412)
def delete_user_stale(shop):
    return shop.admin.call("delete_user", headers=STALE, id=Person(shop).id)


@recipe("activate_user", 200)
def activate_user(shop):
    somebody = Person(shop).id
    good(shop.admin.call("deactivate_user", id=somebody))
    return shop.admin.call("activate_user", id=somebody)


@recipe("deactivate_user", 200)
def deactivate_user(shop):
    return shop.admin.call("deactivate_user", id=Person(shop).id)


@recipe("deactivate_user", 409)
def deactivate_last_admin(shop):
    boss = good(shop.admin.call("create_user", {
        "name": "Bia Boss", "email": email(), "roles": ["admin"]}), 201)
    return shop.admin.call("deactivate_user", id=boss["id"])


@recipe("list_roles", 200)
def list_roles(shop):
    return shop.admin.call("list_roles")


@recipe("put_role", 201)
def new_role(shop):
    return shop.admin.call("put_role", {"scopes": ["shop"]},
                           role="r" + key()[:12])


@recipe("put_role", 200)
def change_role(shop):
    return shop.admin.call("put_role", {"scopes": ["shop"]},
                           role="customer")


@recipe("put_role", 409)
def weak_admin(shop):
    return shop.admin.call("put_role", {"scopes": ["shop"]}, role="admin")


@recipe("put_role", 412)
def stale_role(shop):
    return shop.admin.call("put_role", {"scopes": ["shop"]}, headers=STALE,
                           role="staff")


@recipe("list_customers", 200)
def list_customers(shop):
    return shop.staff.call("list_customers")


@recipe("create_customer", 201)
def create_customer(shop):
    return shop.staff.call("create_customer", {
        "name": "Rui", "email": email(), "tax_id": "529.982.247-25"})


@recipe("create_customer", 409)
def create_customer_taken(shop):
    return shop.staff.call("create_customer", {
        "name": "Rui", "email": Person(shop).email})


@recipe("get_customer", 200)
def get_customer(shop):
    return shop.staff.call("get_customer", id=Person(shop).id)


@recipe("update_customer", 200)
def update_customer(shop):
    return shop.staff.call("update_customer", {"phone": "+55 11 5555-0000"},
                           id=Person(shop).id)


@recipe("update_customer", 409)
def update_customer_taken(shop):
    return shop.staff.call("update_customer", {"email": Person(shop).email},
                           id=Person(shop).id)


@recipe("update_customer", 412)
def update_customer_stale(shop):
    return shop.staff.call("update_customer", {"name": "R"}, headers=STALE,
                           id=Person(shop).id)
