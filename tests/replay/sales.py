"""A file of invoice lines (UCI Online Retail) as orders of the shop.

How a line becomes money and goods:

  sale        a line with a quantity and a price: what it says
  credit      an invoice C...: quantities are stored negative, money goes back
  correction  a price below zero (bad debt): a credit of that amount
  adjustment  an invoice without customer whose lines all cost nothing: stock
              that went (a quantity below zero: damaged, lost) is a sale at
              0.00, stock that came (found) a credit at 0.00

A credit moves no stock. It is money that goes back, and the file does not say
whether goods came with it: among its credits are discounts, postage, bank
charges, and goods that were broken or never arrived; what did arrive again is
a movement of kind `return` (POST /stock/movements), made by whoever counts it
in. Nor has the file receipts: an import receives what is sold, no more, so
pieces given back on top would be stock that nobody ever saw.

Prices have up to three decimals. A line's amount is quantity x price, rounded
half up to the penny; where one piece is no whole penny, the line is sent as
two, some pieces at the penny below and some at the penny above, so that both
the pieces and the amount stay what they were.
"""

import csv
import io
import lzma
import os
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CURRENCY = "GBP"
PENNY = Decimal(100)

COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate",
           "UnitPrice", "CustomerID", "Country"]


def default_file():
    """Beside the repository, where the README of the data says."""
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    for where in (os.path.join(top, "..", "shared", "data"), top):
        path = os.path.join(where, "online-retail.csv.xz")
        if os.path.exists(path):
            return path
    return None


def opened(path):
    """The bytes of a file, unpacked when it ends in .xz; - is stdin."""
    if path == "-":
        return os.fdopen(0, "rb")
    if path.endswith(".xz"):
        return lzma.open(path, "rb")
    return open(path, "rb")


class Line:
    __slots__ = ("sku", "quantity", "price")

    def __init__(self, sku, quantity, price):
        self.sku = sku
        self.quantity = quantity
        self.price = price

    @property
    def pence(self):
        """Exactly: quantity x price in pence, perhaps with a fraction."""
        return self.quantity * self.price * PENNY

    @property
    def amount(self):
        """The line's amount in whole pence."""
        return int(abs(self.pence).quantize(Decimal(1), ROUND_HALF_UP)) \
            * (1 if self.pence >= 0 else -1)


class Invoice:
    __slots__ = ("number", "date", "customer", "country", "lines")

    def __init__(self, number, date, customer, country):
        self.number = number
        self.date = date
        self.customer = customer
        self.country = country
        self.lines = []

    @property
    def adjusts(self):
        return self.number[0] != "C" and not self.customer \
            and all(line.price == 0 for line in self.lines)

    @property
    def kind(self):
        """sale or credit; an invoice that is both is none."""
        kinds = {self._kind_of(line) for line in self.lines}
        if len(kinds) != 1:
            raise ValueError("invoice %s is both a sale and a credit"
                             % self.number)
        return kinds.pop()

    def _kind_of(self, line):
        if self.adjusts:
            return "sale" if line.quantity < 0 else "credit"
        return "sale" if line.quantity > 0 and line.price >= 0 else "credit"

    @property
    def amount(self):
        return sum(line.amount for line in self.lines)

    @property
    def pieces(self):
        """As the order counts them: a credit's are negative."""
        return sum(abs(line.quantity) for line in self.lines) \
            * (1 if self.kind == "sale" else -1)

    def items(self):
        """The order's items."""
        made = []
        for line in self.lines:
            pieces = abs(line.quantity)
            below = int((abs(line.price) * PENNY).to_integral(ROUND_FLOOR))
            above = abs(line.amount) - pieces * below
            for quantity, amount in ((pieces - above, below),
                                     (above, below + 1)):
                if quantity > 0:
                    made.append({"sku": line.sku, "quantity": quantity,
                                 "unit_amount": amount})
        return made

    def order(self, customers):
        """The body of POST /orders; customers: ids by CustomerID."""
        body = {"items": self.items(), "kind": self.kind,
                "reference": self.number, "currency": CURRENCY,
                "region": self.country,
                "placed_at": self.date.replace(" ", "T") + "Z"}
        if body["kind"] == "sale":
            body["status"] = "delivered"
        if self.customer:
            body["customer_id"] = customers[self.customer]
        else:
            body["customer"] = {"name": "Convidado"}
        return body


def invoices(path):
    """All invoices in the order of the file."""
    found = {}
    with opened(path) as raw:
        reader = csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig",
                                                 newline=""))
        missing = set(COLUMNS) - set(reader.fieldnames or [])
        if missing:
            raise ValueError("%s has no column %s"
                             % (path, ", ".join(sorted(missing))))
        for row in reader:
            number = row["InvoiceNo"]
            invoice = found.get(number)
            if invoice is None:
                invoice = found[number] = Invoice(
                    number, row["InvoiceDate"],
                    row["CustomerID"].partition(".")[0], row["Country"])
            invoice.date = min(invoice.date, row["InvoiceDate"])
            invoice.lines.append(Line(row["StockCode"].strip(),
                                      int(row["Quantity"]),
                                      Decimal(row["UnitPrice"])))
    return list(found.values())
