/*
 * Decimal amounts, as PayPal writes them, from and to minor units. No floating
 * point anywhere.
 */

#include "payments.h"


#define AMOUNT_MAX  9007199254740991LL


static ngx_uint_t amount_digits(const char *currency, ngx_uint_t *shown);


/*
 * How many digits a currency has (ISO 4217), and how many of them are shown:
 * PayPal takes no fractions of some that have them.
 */

static ngx_uint_t
amount_digits(const char *currency, ngx_uint_t *shown)
{
    ngx_uint_t  i;

    static const struct {
        const char   name[4];
        ngx_uint_t   digits;
        ngx_uint_t   shown;
    } unusual[] = {
        { "JPY", 0, 0 }, { "KRW", 0, 0 }, { "CLP", 0, 0 }, { "VND", 0, 0 },
        { "PYG", 0, 0 }, { "ISK", 0, 0 }, { "UGX", 0, 0 }, { "XAF", 0, 0 },
        { "XOF", 0, 0 }, { "XPF", 0, 0 }, { "HUF", 2, 0 }, { "TWD", 2, 0 },
        { "BHD", 3, 3 }, { "KWD", 3, 3 }, { "OMR", 3, 3 }, { "JOD", 3, 3 },
        { "TND", 3, 3 }, { "IQD", 3, 3 }, { "LYD", 3, 3 }
    };

    for (i = 0; i < sizeof(unusual) / sizeof(unusual[0]); i++) {
        if (ngx_strcmp(unusual[i].name, currency) == 0) {
            *shown = unusual[i].shown;
            return unusual[i].digits;
        }
    }

    *shown = 2;

    return 2;
}


char *
ngx_commerce_payments_decimal(ngx_commerce_flow_t *f, int64_t amount,
    const char *currency)
{
    int64_t     unit;
    ngx_uint_t  i, digits, shown;

    digits = amount_digits(currency, &shown);
    unit = 1;

    for (i = 0; i < digits; i++) {
        unit *= 10;
    }

    if (amount < 0 || (shown < digits && amount % unit != 0)) {
        return NULL;
    }

    switch (shown) {

    case 0:
        return ngx_commerce_payments_text(f, 32, "%L", amount / unit);

    case 2:
        return ngx_commerce_payments_text(f, 32, "%L.%02L", amount / unit,
                                          amount % unit);

    default:
        return ngx_commerce_payments_text(f, 32, "%L.%03L", amount / unit,
                                          amount % unit);
    }
}


int64_t
ngx_commerce_payments_minor(const char *text, const char *currency)
{
    int64_t     amount;
    ngx_uint_t  digits, shown, after, point;

    if (text == NULL || *text < '0' || *text > '9') {
        return -1;
    }

    digits = amount_digits(currency, &shown);
    amount = 0;
    after = 0;
    point = 0;

    for ( /* void */ ; *text != '\0'; text++) {

        if (*text == '.' && !point) {
            point = 1;
            continue;
        }

        if (*text < '0' || *text > '9' || amount > AMOUNT_MAX / 10
            || (point && ++after > digits))
        {
            return -1;
        }

        amount = amount * 10 + (*text - '0');
    }

    for ( /* void */ ; after < digits; after++) {
        if (amount > AMOUNT_MAX / 10) {
            return -1;
        }

        amount *= 10;
    }

    return amount;
}
