/*
 * Who buys: somebody with a token, or a guest, who is known by the cart that
 * he fills.  Its id is all random and told to nobody else, so it is to a guest
 * what a token is to others: state->cart.
 */

#include "payments.h"


static const char *buyer_said(ngx_commerce_flow_t *f, const char *name);


const char *
ngx_commerce_payments_scope(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    return (f->principal != NULL) ? f->principal->sub : state->cart;
}


const char *
ngx_commerce_payments_caller(ngx_commerce_flow_t *f)
{
    ngx_commerce_payments_state_t  *state = f->state;

    return (f->principal != NULL)
           ? f->principal->principal
           : ngx_commerce_payments_dump(f, json_pack("{s:s*}", "cart",
                                                     state->cart));
}


/* Keys of checkouts never meet those of POST /orders. */

char *
ngx_commerce_payments_key(ngx_commerce_flow_t *f)
{
    return ngx_commerce_payments_text(f, f->idempotency_key.len + 16,
                                      "checkout %V", &f->idempotency_key);
}


json_t *
ngx_commerce_payments_order(ngx_commerce_flow_t *f)
{
    size_t       i;
    json_t      *order;
    const char  *sub = f->principal ? f->principal->sub : NULL;

    struct {
        const char  *name;
        const char  *value;
    } texts[] = {
        { "_id", ngx_commerce_flow_uuid(f) },
        { "_scope", ngx_commerce_payments_scope(f) },
        { "_actor", sub },
        { "_customer", sub },
        { "_name", sub ? f->principal->name : buyer_said(f, "name") },
        { "_email", sub ? f->principal->email : buyer_said(f, "email") },
        { "_key", ngx_commerce_payments_key(f) },
        { "_fingerprint", (char *) f->fingerprint }
    };

    order = json_copy(f->body);

    (void) json_object_del(order, "payment");
    (void) json_object_del(order, "customer");

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        (void) json_object_set_new(order, texts[i].name,
                                   (texts[i].value == NULL)
                                   ? json_null()
                                   : json_string(texts[i].value));
    }

    (void) json_object_set_new(order, "_staff", json_false());
    (void) json_object_set_new(order, "_english", json_boolean(f->english));

    return order;
}


static const char *
buyer_said(ngx_commerce_flow_t *f, const char *name)
{
    return json_string_value(json_object_get(
                                 json_object_get(f->body, "customer"), name));
}
