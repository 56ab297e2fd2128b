/*
 * Pictures that staff upload: the handler of POST /media, the job that deletes
 * what nobody shows (media.c), and their files (media_files.c).
 */

#ifndef NGX_COMMERCE_MEDIA_H
#define NGX_COMMERCE_MEDIA_H


#include "../base/image.h"
#include "../gateway/job.h"


extern const ngx_commerce_domain_t    ngx_commerce_media_domain;
extern const ngx_commerce_job_kind_t  ngx_commerce_media_jobs[];


/* <SHA-256 in hex>.<extension>; its file lies in a directory of two digits. */
#define NGX_COMMERCE_MEDIA_NAME  (64 + sizeof(".webp"))

/* bytes: a longer name of the directory is refused by nginx -t */
#define NGX_COMMERCE_MEDIA_DIRECTORY  1000

#define NGX_COMMERCE_MEDIA_MANY  100   /* files that are deleted in one go */


/* Of a pool thread; whoever posted it owns all of it. */
typedef struct {
    const char            *directory;
    const char            *upload;     /* path of what was sent */
    ngx_commerce_image_t   image;
    ngx_commerce_image_e   verdict;
    size_t                 bytes;
    char                   name[NGX_COMMERCE_MEDIA_NAME];
    const char            *failed;     /* the call that failed, or NULL */
    int                    error;      /* and its errno */
} ngx_commerce_media_file_t;

typedef struct {
    const char   *directory;
    const char  **names;
    ngx_uint_t    n;
    const char   *failed;
    int           error;
} ngx_commerce_media_purge_t;


/* media_files.c, for ngx_commerce_flow_compute(): what was sent is looked at
 * and named; is put in place; files are deleted. */
void ngx_commerce_media_look(void *ctx);
void ngx_commerce_media_place(void *ctx);
void ngx_commerce_media_purge(void *ctx);


#endif /* NGX_COMMERCE_MEDIA_H */
