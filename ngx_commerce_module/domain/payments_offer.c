/*
 * GET /payments/providers: the providers of the configuration, in its order,
 * with what a page needs to begin with one.  Nothing of it is secret.
 */

#include "payments.h"


static ngx_int_t offer_answer(ngx_commerce_flow_t *f);
static json_t *offer_provider(const ngx_commerce_payment_conf_t *conf);


const ngx_commerce_step_t  ngx_commerce_payments_offer_steps[] = {
    { "telling who takes payments", offer_answer },
    NGX_COMMERCE_STEPS_END
};


static ngx_int_t
offer_answer(ngx_commerce_flow_t *f)
{
    json_t                             *data;
    ngx_uint_t                          i;
    const ngx_array_t                  *all;
    const ngx_commerce_payment_conf_t  *conf;

    data = json_array();
    all = f->worker->conf->payments;

    if (all != NULL) {
        conf = all->elts;

        for (i = 0; i < all->nelts; i++) {
            (void) json_array_append_new(data, offer_provider(&conf[i]));
        }
    }

    return ngx_commerce_flow_answer_value(f, 200,
                                          json_pack("{s:o}", "data", data));
}


static json_t *
offer_provider(const ngx_commerce_payment_conf_t *conf)
{
    const char  *key;

    key = (conf->public_key.len != 0) ? (const char *) conf->public_key.data
                                      : NULL;

    return json_pack("{s:s, s:s?}", "provider", conf->name.data,
                     "public_key", key);
}
