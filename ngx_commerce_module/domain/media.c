/*
 * POST /media: what was sent is looked at in a pool thread, the database is
 * told of it, and then its file is put in place; in this order, so that the
 * job below never deletes a file that somebody has just been promised.
 *
 * The state of a flow lives in its pool.
 */

#include "media.h"


typedef struct {
    ngx_commerce_media_file_t   file;
    const char                 *values[6];
    char                        numbers[3][NGX_INT64_LEN + 1];
    const char                 *url;
} media_t;

typedef struct {
    ngx_commerce_media_purge_t   purge;
    const char                  *values[1];
} forget_t;


enum {
    MEDIA_KEEP = 0,
    MEDIA_CONDEMN,
    MEDIA_FORGET
};


static ngx_int_t media_look(ngx_commerce_flow_t *f);
static ngx_int_t media_keep(ngx_commerce_flow_t *f);
static ngx_int_t media_refuse(ngx_commerce_flow_t *f, const media_t *m);
static ngx_int_t media_place(ngx_commerce_flow_t *f);
static ngx_int_t media_answer(ngx_commerce_flow_t *f);
static ngx_int_t media_broken(ngx_commerce_flow_t *f, const char *failed,
    int error);
static ngx_int_t forget_ask(ngx_commerce_flow_t *f);
static ngx_int_t forget_delete(ngx_commerce_flow_t *f);
static ngx_int_t forget_tell(ngx_commerce_flow_t *f);
static ngx_int_t forget_done(ngx_commerce_flow_t *f);
static ngx_uint_t forget_ready(ngx_commerce_worker_t *worker);


static const ngx_commerce_step_t  upload_steps[] = {
    { "looking at a picture", media_look },
    { "keeping a picture", media_keep },
    { "putting a picture in place", media_place },
    { "answering with a picture", media_answer },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_step_t  forget_steps[] = {
    { "asking for pictures that nobody shows", forget_ask },
    { "deleting pictures", forget_delete },
    { "telling that they are gone", forget_tell },
    { "ending with pictures", forget_done },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  media_handlers[] = {
    { "upload_picture", upload_steps, sizeof(media_t) },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  media_calls[] = {
    { "store", "keep_picture",
      { "name", "type", "bytes", "width", "height", "*principal", NULL } },
    { "store", "condemn_pictures", { "many", NULL } },
    { "store", "forget_pictures", { "names", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_media_domain = {
    "media", media_handlers, media_calls, NULL
};

const ngx_commerce_job_kind_t  ngx_commerce_media_jobs[] = {
    { "media_forget", &ngx_commerce_media_domain, forget_steps,
      sizeof(forget_t), forget_ready },
    NGX_COMMERCE_JOB_KINDS_END
};


static ngx_int_t
media_look(ngx_commerce_flow_t *f)
{
    media_t  *m = f->state;

    if (f->worker->conf->media == NULL) {
        return ngx_commerce_flow_fail(f, 503, "no_media", NULL);
    }

    m->file.directory = (char *) f->worker->conf->media->name.data;
    m->file.upload = (char *) f->body_file.data;

    if (m->file.upload == NULL) {
        return ngx_commerce_flow_fail(f, 422, "not_a_picture", NULL);
    }

    return ngx_commerce_flow_compute(f, ngx_commerce_media_look, &m->file);
}


static ngx_int_t
media_keep(ngx_commerce_flow_t *f)
{
    media_t     *m = f->state;
    ngx_uint_t   i;
    uint64_t     numbers[3];

    if (m->file.failed != NULL) {
        return media_broken(f, m->file.failed, m->file.error);
    }

    if (m->file.verdict != NGX_COMMERCE_IMAGE_OK) {
        return media_refuse(f, m);
    }

    numbers[0] = m->file.bytes;
    numbers[1] = m->file.image.width;
    numbers[2] = m->file.image.height;

    m->values[0] = m->file.name;
    m->values[1] = m->file.image.type;

    for (i = 0; i < 3; i++) {
        (void) ngx_sprintf((u_char *) m->numbers[i], "%uL%Z", numbers[i]);
        m->values[2 + i] = m->numbers[i];
    }

    m->values[5] = ngx_commerce_flow_principal(f);

    return ngx_commerce_flow_call(f, MEDIA_KEEP, m->values);
}


static ngx_int_t
media_refuse(ngx_commerce_flow_t *f, const media_t *m)
{
    u_char  members[160];

    if (m->file.verdict == NGX_COMMERCE_IMAGE_UNKNOWN) {
        return ngx_commerce_flow_fail(f, 422, "not_a_picture", NULL);
    }

    if (m->file.verdict == NGX_COMMERCE_IMAGE_BROKEN) {
        return ngx_commerce_flow_fail(f, 422, "picture_broken", NULL);
    }

    (void) ngx_sprintf(members, "{\"width\":%uD,\"height\":%uD,"
                       "\"max_side\":%d,\"max_pixels\":%d}%Z",
                       m->file.image.width, m->file.image.height,
                       NGX_COMMERCE_IMAGE_SIDE, NGX_COMMERCE_IMAGE_PIXELS);

    return ngx_commerce_flow_fail(f, 422, "picture_too_large",
                                  (char *) members);
}


static ngx_int_t
media_place(ngx_commerce_flow_t *f)
{
    media_t  *m = f->state;

    m->url = ngx_commerce_flow_text(f, "url");
    if (m->url == NULL) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_compute(f, ngx_commerce_media_place, &m->file);
}


static ngx_int_t
media_answer(ngx_commerce_flow_t *f)
{
    media_t  *m = f->state;

    if (m->file.failed != NULL) {
        return media_broken(f, m->file.failed, m->file.error);
    }

    if (ngx_commerce_flow_header(f, "Location", m->url) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_commerce_flow_answer_value(f, 201,
               json_pack("{s:s, s:s, s:I, s:i, s:i}",
                         "url", m->url,
                         "type", m->file.image.type,
                         "bytes", (json_int_t) m->file.bytes,
                         "width", (int) m->file.image.width,
                         "height", (int) m->file.image.height));
}


/* A full disk, or a directory that is not ours: somebody has to look. */

static ngx_int_t
media_broken(ngx_commerce_flow_t *f, const char *failed, int error)
{
    ngx_log_error(NGX_LOG_ERR, f->log, error,
                  "%s failed with a picture of %V", failed,
                  &f->worker->conf->media->name);

    return ngx_commerce_flow_fail(f, 503, "not_executed", NULL);
}


static ngx_uint_t
forget_ready(ngx_commerce_worker_t *worker)
{
    return worker->conf->media != NULL;
}


static ngx_int_t
forget_ask(ngx_commerce_flow_t *f)
{
    u_char    *many;
    forget_t  *forget = f->state;

    many = ngx_pnalloc(f->pool, NGX_INT_T_LEN + 1);
    if (many == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(many, "%d%Z", NGX_COMMERCE_MEDIA_MANY);
    forget->values[0] = (char *) many;

    return ngx_commerce_flow_call(f, MEDIA_CONDEMN, forget->values);
}


/* The names become an array literal too: they have no character that matters
 * in one. */

static ngx_int_t
forget_delete(ngx_commerce_flow_t *f)
{
    u_char      *list, *name;
    forget_t    *forget = f->state;
    ngx_str_t    cell;
    ngx_uint_t   i, n;

    n = ngx_commerce_flow_rows(f);

    if (n == 0) {
        return ngx_commerce_job_done(f, NULL);
    }

    forget->purge.directory = (char *) f->worker->conf->media->name.data;
    forget->purge.names = ngx_pcalloc(f->pool, n * sizeof(char *));
    list = ngx_pnalloc(f->pool, n * (NGX_COMMERCE_MEDIA_NAME + 1) + 2);

    if (forget->purge.names == NULL || list == NULL) {
        return NGX_ERROR;
    }

    forget->values[0] = (char *) list;

    for (i = 0; i < n; i++) {
        if (ngx_commerce_flow_cell(f, i, "name", &cell) != NGX_OK
            || cell.len >= NGX_COMMERCE_MEDIA_NAME
            || (name = ngx_pnalloc(f->pool, cell.len + 1)) == NULL)
        {
            return NGX_ERROR;
        }

        (void) ngx_cpystrn(name, cell.data, cell.len + 1);
        forget->purge.names[i] = (char *) name;
        list = ngx_sprintf(list, "%c%s", i == 0 ? '{' : ',', name);
    }

    (void) ngx_sprintf(list, "}%Z");
    forget->purge.n = n;

    return ngx_commerce_flow_compute(f, ngx_commerce_media_purge,
                                     &forget->purge);
}


static ngx_int_t
forget_tell(ngx_commerce_flow_t *f)
{
    forget_t  *forget = f->state;

    if (forget->purge.failed != NULL) {
        ngx_log_error(NGX_LOG_ERR, f->log, forget->purge.error,
                      "%s failed in %s", forget->purge.failed,
                      forget->purge.directory);

        return ngx_commerce_job_retry(f, "a picture could not be deleted");
    }

    return ngx_commerce_flow_call(f, MEDIA_FORGET, forget->values);
}


static ngx_int_t
forget_done(ngx_commerce_flow_t *f)
{
    u_char     result[sizeof("{\"pictures\":}") + NGX_INT64_LEN];
    forget_t  *forget = f->state;

    (void) ngx_sprintf(result, "{\"pictures\":%L}%Z",
                       ngx_commerce_flow_int(f, "gone", 0));

    /* as many again may wait */

    return (forget->purge.n < NGX_COMMERCE_MEDIA_MANY)
           ? ngx_commerce_job_done(f, (char *) result)
           : ngx_commerce_job_postpone(f, "more pictures wait", 1000);
}
