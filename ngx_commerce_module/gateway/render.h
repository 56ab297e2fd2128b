/*
 * What the files that render rows share: the control columns of a result, and
 * one row as JSON.
 */

#ifndef NGX_COMMERCE_RENDER_H
#define NGX_COMMERCE_RENDER_H


#include "answer.h"
#include "station.h"


/* pg_type.dat */
#define NGX_COMMERCE_OID_JSON    114
#define NGX_COMMERCE_OID_JSONB  3802


/* Control columns by index; -1: not there. */
typedef struct {
    ngx_int_t   status;
    ngx_int_t   location;
    ngx_int_t   cursor;
    ngx_int_t   total;
    ngx_int_t   facets;
    ngx_int_t   replayed;
    ngx_int_t   revoke;
    ngx_int_t   body;
    ngx_int_t   problem;
    ngx_int_t   state;
    ngx_int_t   version;
} ngx_commerce_controls_t;


/* render_controls.c: finds them. */
void ngx_commerce_controls(ngx_commerce_flow_t *f,
    ngx_commerce_controls_t *c);

/*
 * render_controls.c: does what they say.  NGX_DECLINED: go on and render;
 * anything else is the end.
 */
ngx_int_t ngx_commerce_controls_apply(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a);

/* render_row.c: a row as an object, and the bytes that rows will take. */
void ngx_commerce_render_row(ngx_commerce_flow_t *f,
    ngx_commerce_json_t *json, ngx_uint_t row);
size_t ngx_commerce_render_size(ngx_commerce_flow_t *f, ngx_uint_t rows);

/* render_list.c: {data, page}, Link. */
ngx_int_t ngx_commerce_render_list(ngx_commerce_flow_t *f,
    const ngx_commerce_controls_t *c, ngx_commerce_answer_t *a);


#endif /* NGX_COMMERCE_RENDER_H */
