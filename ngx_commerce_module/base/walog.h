/*
 * The write-ahead log as PostgreSQL's plugin pgoutput tells it: frames of a
 * replication stream and the messages inside (protocol versions 1 and 2,
 * documentation of PostgreSQL 15, 55.5 and 55.9).
 *
 * A decoder remembers the relations that the stream described; it belongs to
 * one connection and one thread.  Bytes come from the server, but nothing is
 * taken on trust: every read is bounded, every count too.
 */

#ifndef NGX_COMMERCE_WALOG_H
#define NGX_COMMERCE_WALOG_H


#include "str.h"


#define NGX_COMMERCE_WALOG_COLUMNS_MAX    1600
#define NGX_COMMERCE_WALOG_RELATIONS_MAX  1024
#define NGX_COMMERCE_WALOG_STATUS_LEN     34


typedef struct ngx_commerce_walog_s  ngx_commerce_walog_t;


typedef enum {
    NGX_COMMERCE_WALOG_BEGIN = 0,
    NGX_COMMERCE_WALOG_COMMIT,
    NGX_COMMERCE_WALOG_RELATION,
    NGX_COMMERCE_WALOG_INSERT,
    NGX_COMMERCE_WALOG_UPDATE,
    NGX_COMMERCE_WALOG_DELETE,
    NGX_COMMERCE_WALOG_TRUNCATE,
    NGX_COMMERCE_WALOG_MESSAGE,          /* pg_logical_emit_message() */
    NGX_COMMERCE_WALOG_STREAM_START,     /* of a large transaction, not yet */
    NGX_COMMERCE_WALOG_STREAM_STOP,      /* committed; version 2 only */
    NGX_COMMERCE_WALOG_STREAM_COMMIT,
    NGX_COMMERCE_WALOG_STREAM_ABORT,
    NGX_COMMERCE_WALOG_OTHER             /* types and origins: skip */
} ngx_commerce_walog_e;


typedef struct {
    ngx_commerce_str_t  name;
    uint32_t            type;            /* OID */
    unsigned            key:1;           /* of the replica identity */
} ngx_commerce_walog_column_t;


typedef struct {
    uint32_t                      id;    /* OID of the table */
    u_char                        identity;   /* 'd', 'n', 'f' or 'i' */
    unsigned                      ncolumns;
    ngx_commerce_str_t            schema;
    ngx_commerce_str_t            name;
    ngx_commerce_walog_column_t  *columns;
} ngx_commerce_walog_relation_t;


/* One value of a row, as text. */
typedef struct {
    u_char              kind;            /* 'n' NULL, 't' text, 'b' binary,
                                            'u' unchanged, not sent (TOAST) */
    ngx_commerce_str_t  text;            /* of 't' and 'b' */
} ngx_commerce_walog_value_t;


typedef struct {
    unsigned                           nvalues;
    const ngx_commerce_walog_value_t  *values;  /* NULL: no such row sent */
} ngx_commerce_walog_row_t;


/*
 * What a message says.  Points into the message and into the decoder: valid
 * until the next call with either.
 */
typedef struct {
    ngx_commerce_walog_e                  kind;
    uint64_t                              lsn;      /* BEGIN: of the commit;
                                                       COMMIT, STREAM_COMMIT:
                                                       end of transaction */
    int64_t                               time_us;  /* since 2000-01-01 UTC */
    uint32_t                              xid;
    const ngx_commerce_walog_relation_t  *relation; /* of a row */
    ngx_commerce_walog_row_t              old;      /* UPDATE, DELETE: the
                                                       key or the row before */
    unsigned                              old_is_key:1;
    ngx_commerce_walog_row_t              row;      /* INSERT, UPDATE */
    const uint32_t                       *truncated;
    unsigned                              ntruncated;
    unsigned                              transactional:1;   /* MESSAGE */
    ngx_commerce_str_t                    prefix;
    ngx_commerce_str_t                    content;
} ngx_commerce_walog_event_t;


/* A frame of the copy stream. */
typedef struct {
    unsigned            keepalive:1;     /* else: a message in `data` */
    unsigned            reply:1;         /* the server wants a status now */
    uint64_t            start;           /* of the data */
    uint64_t            end;             /* of the server's log */
    int64_t             time_us;
    ngx_commerce_str_t  data;
} ngx_commerce_walog_frame_t;


/* NULL without memory; NULL may be destroyed. */
ngx_commerce_walog_t *ngx_commerce_walog_create(void);
void ngx_commerce_walog_destroy(ngx_commerce_walog_t *walog);

/* Cuts the content of a CopyData message.  0, or -1 when it is no frame. */
int ngx_commerce_walog_frame(const u_char *p, size_t len,
    ngx_commerce_walog_frame_t *frame);

/*
 * Decodes a message of pgoutput.  0, or -1 when it is malformed, names a
 * relation that was not described, or memory is out: the stream cannot be
 * trusted any more and must be begun anew.
 */
int ngx_commerce_walog_decode(ngx_commerce_walog_t *walog, const u_char *p,
    size_t len, ngx_commerce_walog_event_t *event);

/* Why the last decode failed: a static text. */
const char *ngx_commerce_walog_error(const ngx_commerce_walog_t *walog);

/* The relation of an OID, or NULL. */
const ngx_commerce_walog_relation_t *ngx_commerce_walog_relation(
    const ngx_commerce_walog_t *walog, uint32_t id);

/* The value of a named column, or NULL when the row has none. */
const ngx_commerce_walog_value_t *ngx_commerce_walog_value(
    const ngx_commerce_walog_relation_t *relation,
    const ngx_commerce_walog_row_t *row, const char *column);

/*
 * Writes a standby status update: everything up to `lsn` is written, flushed
 * and applied.  `time_us` is microseconds since 2000-01-01 UTC.
 */
void ngx_commerce_walog_status(u_char out[NGX_COMMERCE_WALOG_STATUS_LEN],
    uint64_t lsn, int64_t time_us, int reply);

/* '16/B374D848' of an LSN: at most 17 bytes and a NUL. */
void ngx_commerce_walog_lsn(char out[18], uint64_t lsn);

/* The LSN of such a text, NUL-terminated; 0 when it is none. */
uint64_t ngx_commerce_walog_position(const char *text);


#endif /* NGX_COMMERCE_WALOG_H */
