/*
 * Answers of any length: what COPY ... TO STDOUT gives goes to the client as
 * it comes, in constant memory.  For call.c: an operation whose row has a
 * column `_stream` is answered so.
 */

#ifndef NGX_COMMERCE_STREAM_H
#define NGX_COMMERCE_STREAM_H


#include "flow.h"


/*
 * Begins to answer, if the row of the last call says so; NGX_DECLINED: it does
 * not.  `_stream` is a query that is run on a connection of its own and gives
 * one row: `head`, the first line, and `copy`, the COPY of the others, whose
 * lines end with CRLF then.  `_filename` is what a browser calls the file.
 * Otherwise to be returned by the step; the next one is
 * ngx_commerce_stream_end().
 */
ngx_int_t ngx_commerce_stream(ngx_commerce_flow_t *f);

/* The step after it: the end of the answer, or the problem instead of it. */
ngx_int_t ngx_commerce_stream_end(ngx_commerce_flow_t *f);


#endif /* NGX_COMMERCE_STREAM_H */
