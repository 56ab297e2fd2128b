/*
 * POST /admin/imports: the uploaded file is read to its header, an import is
 * begun, its rows are copied to the staging table, and the answer is 202 with
 * the import, which then goes on by itself (imports_drive.c).  An upload that
 * breaks off on the way leaves a failed import and no rows.
 *
 * Reading imports and their errors needs no C: see sql/store/api/import.
 */

#include "imports.h"


#define COPY_TIME    (60 * 60 * 1000)
#define HEADER_MAX   (1024 * 1024)      /* bytes to find the first line in */


typedef struct {
    ngx_commerce_imports_rows_t   rows;
    ngx_commerce_pg_session_t    *session;   /* NULL: not copying */
    ngx_commerce_pg_status_e      copied;
    const char                   *values[8];
    char                          number[NGX_INT64_LEN + 1];
} import_t;


static ngx_int_t import_begin(ngx_commerce_flow_t *f);
static ngx_int_t import_header(ngx_commerce_flow_t *f, import_t *im);
static char *import_options(ngx_commerce_flow_t *f, import_t *im);
static ngx_int_t import_copy(ngx_commerce_flow_t *f);
static ngx_int_t import_produce(void *data, ngx_str_t *piece);
static void import_copied(ngx_commerce_pg_session_t *s,
    ngx_commerce_pg_query_t *answer, void *data);
static void import_stop(ngx_commerce_flow_t *f, void *data);
static void import_close(void *data);
static ngx_int_t import_stage(ngx_commerce_flow_t *f);
static ngx_int_t import_show(ngx_commerce_flow_t *f);
static ngx_int_t import_answer(ngx_commerce_flow_t *f);
static const char *import_param(const ngx_commerce_flow_t *f,
    const char *name);


static const ngx_commerce_step_t  create_steps[] = {
    { "beginning an import", import_begin },
    { "staging an import", import_copy },
    { "closing the staging of an import", import_stage },
    { "looking at an import", import_show },
    { "answering with an import", import_answer },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  import_handlers[] = {
    { "create_import", create_steps, sizeof(import_t) },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  import_calls[] = {
    { "store", "begin_import",
      { "id", "format", "media", "dry_run", "filename", "options", "columns",
        "*principal", NULL } },
    { "store", "stage_import", { "id", "rows", NULL } },
    { "store", "abort_import", { "id", "code", NULL } },
    { "store", "get_import", { "id", "principal", NULL } },
    { "store", "unfinished_imports", { NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_imports_domain = {
    "imports", import_handlers, import_calls, ngx_commerce_imports_create
};


static ngx_int_t
import_begin(ngx_commerce_flow_t *f)
{
    import_t   *im = f->state;
    ngx_int_t   rc;

    im->rows.id = ngx_commerce_flow_uuid(f);
    if (im->rows.id == NULL) {
        return NGX_ERROR;
    }

    rc = import_header(f, im);
    if (rc != NGX_OK) {
        return rc;
    }

    im->values[0] = im->rows.id;
    im->values[1] = import_param(f, "format");
    im->values[2] = im->rows.json ? "ndjson" : "csv";
    im->values[3] = import_param(f, "dry_run");
    im->values[4] = import_param(f, "filename");
    im->values[5] = import_options(f, im);
    im->values[6] = (char *) im->rows.header.data;
    im->values[7] = ngx_commerce_flow_principal(f);

    if (im->values[5] == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_call(f, NGX_COMMERCE_IMPORTS_BEGIN, im->values);
}


/* Reads until the first line is whole; what follows it waits in im->rows. */

static ngx_int_t
import_header(ngx_commerce_flow_t *f, import_t *im)
{
    u_char       members[64];
    ngx_int_t    rc;
    const char  *separator, *encoding;

    if (f->body_file.len == 0) {
        return ngx_commerce_flow_fail(f, 422, "empty_file", NULL);
    }

    separator = import_param(f, "separator");
    encoding = import_param(f, "encoding");

    if (separator != NULL) {
        im->rows.conf.separator = (strcmp(separator, "tab") == 0)
                                  ? '\t' : (u_char) separator[0];
    }

    if (encoding != NULL && strcmp(encoding, "windows-1252") == 0) {
        im->rows.conf.encoding = NGX_COMMERCE_CSV_WINDOWS_1252;
    }

    if (ngx_commerce_imports_rows_open(&im->rows, &f->body_file, f->pool,
                                       f->log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    do {
        rc = ngx_commerce_imports_rows_read(&im->rows);
    } while (rc == NGX_AGAIN && !im->rows.headed
             && im->rows.offset < HEADER_MAX);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (!im->rows.headed) {
        return ngx_commerce_flow_fail(f, 422, rc == NGX_OK ? "empty_file"
                                                           : "no_header",
                                      NULL);
    }

    if (im->rows.unreadable != NULL) {
        (void) ngx_sprintf(members, "{\"reason\":\"%s\"}%Z",
                           im->rows.unreadable);

        return ngx_commerce_flow_fail(f, 422, "no_header", (char *) members);
    }

    ngx_commerce_copy_raw(&im->rows.header, "", 1);

    return im->rows.header.failed ? NGX_ERROR : NGX_OK;
}


/* What the merge needs to know, as JSON; numbers and booleans as such. */

static char *
import_options(ngx_commerce_flow_t *f, import_t *im)
{
    u_char       separator[2];
    json_t      *options;
    size_t       i;
    char        *text, *copy;
    const char  *value;

    static const char *const  texts[] = { "decimal", "currency", "encoding" };
    static const char *const  bare[] = {
        "price_scale", "location_id", "ignore_unknown"
    };

    options = json_object();

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        value = import_param(f, texts[i]);

        if (value != NULL) {
            (void) json_object_set_new(options, texts[i], json_string(value));
        }
    }

    for (i = 0; i < sizeof(bare) / sizeof(bare[0]); i++) {
        value = import_param(f, bare[i]);

        if (value != NULL) {
            (void) json_object_set_new(options, bare[i],
                                       json_loads(value, JSON_DECODE_ANY,
                                                  NULL));
        }
    }

    if (im->rows.csv != NULL) {
        separator[0] = ngx_commerce_csv_separator(im->rows.csv);
        separator[1] = '\0';
        (void) json_object_set_new(options, "separator",
                                   json_string((char *) separator));
    }

    text = json_dumps(options, JSON_COMPACT);
    json_decref(options);

    if (text == NULL) {
        return NULL;
    }

    copy = ngx_pnalloc(f->pool, ngx_strlen(text) + 1);

    if (copy != NULL) {
        ngx_memcpy(copy, text, ngx_strlen(text) + 1);
    }

    free(text);

    return copy;
}


static ngx_int_t
import_copy(ngx_commerce_flow_t *f)
{
    import_t            *im = f->state;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(f->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    im->session = ngx_commerce_work_session(f->worker, "store", f->pool,
                                            import_copied, f);
    if (im->session == NULL) {
        return NGX_ERROR;
    }

    cln->handler = import_close;
    cln->data = im;

    ngx_commerce_pg_session_copy(im->session,
        "COPY core.import_row (import_id, line, fields, problem) FROM STDIN",
        import_produce, im);

    im->copied = NGX_COMMERCE_PG_UNKNOWN;

    return ngx_commerce_flow_wait(f, COPY_TIME, import_stop, im);
}


/* What was read with the header comes first. */

static ngx_int_t
import_produce(void *data, ngx_str_t *piece)
{
    import_t   *im = data;
    ngx_int_t   rc;

    if (piece->data != NULL || im->rows.rows.len == 0) {
        ngx_commerce_copy_reset(&im->rows.rows);
        rc = ngx_commerce_imports_rows_read(&im->rows);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

    } else {
        rc = NGX_AGAIN;
    }

    piece->data = im->rows.rows.data;
    piece->len = im->rows.rows.len;

    return rc;
}


static void
import_copied(ngx_commerce_pg_session_t *s, ngx_commerce_pg_query_t *answer,
    void *data)
{
    import_t             *im;
    ngx_commerce_flow_t  *f = data;

    im = f->state;
    im->copied = answer->status;

    ngx_commerce_flow_wake(f);
}


static void
import_stop(ngx_commerce_flow_t *f, void *data)
{
    import_close(data);
}


static void
import_close(void *data)
{
    import_t  *im = data;

    if (im->session != NULL) {
        ngx_commerce_pg_session_close(im->session);
        im->session = NULL;
    }
}


static ngx_int_t
import_stage(ngx_commerce_flow_t *f)
{
    import_t  *im = f->state;

    import_close(im);

    if (im->copied != NGX_COMMERCE_PG_OK) {
        im->values[1] = "staging_failed";

        return ngx_commerce_flow_try(f, NGX_COMMERCE_IMPORTS_ABORT,
                                     im->values);
    }

    (void) ngx_sprintf((u_char *) im->number, "%uL%Z", im->rows.count);
    im->values[1] = im->number;

    return ngx_commerce_flow_call(f, NGX_COMMERCE_IMPORTS_STAGE, im->values);
}


static ngx_int_t
import_show(ngx_commerce_flow_t *f)
{
    import_t  *im = f->state;

    if (im->copied != NGX_COMMERCE_PG_OK) {
        ngx_commerce_flow_retry(f, 5);

        return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);
    }

    ngx_commerce_imports_drive(f->worker, im->rows.id);

    im->values[1] = NULL;

    return ngx_commerce_flow_call(f, NGX_COMMERCE_IMPORTS_GET, im->values);
}


static ngx_int_t
import_answer(ngx_commerce_flow_t *f)
{
    u_char     path[sizeof("/api/v1/admin/imports/") + 36];
    import_t  *im = f->state;

    (void) ngx_sprintf(path, "/api/v1/admin/imports/%s%Z", im->rows.id);

    if (ngx_commerce_flow_header(f, "Location", (char *) path) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_rows(f);
}


/* The text of a parameter; NULL when it is absent and has no default. */

static const char *
import_param(const ngx_commerce_flow_t *f, const char *name)
{
    unsigned  i;

    for (i = 0; i < f->operation->nparams; i++) {
        if (ngx_commerce_str_is(&f->operation->params[i].name, name)) {
            return f->params[i];
        }
    }

    return NULL;
}
