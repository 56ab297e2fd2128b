/*
 * The files of pictures: everything here runs in a pool thread and touches its
 * context only.  A file appears in its place whole and never changes: it is
 * linked there from where nginx wrote the request's body, under the name of
 * its own bytes, so two who send the same picture want the same thing.
 */

#include "media.h"

#include <openssl/evp.h>

#include <sys/mman.h>
#include <sys/stat.h>


#define PATH_MAX_LEN  (NGX_COMMERCE_MEDIA_DIRECTORY + sizeof("/00/")           \
                       + NGX_COMMERCE_MEDIA_NAME)


static int media_map(ngx_commerce_media_file_t *file, void **data);
static int media_name(ngx_commerce_media_file_t *file, const void *data);
static int media_sync(const char *path);


static int
media_fail(ngx_commerce_media_file_t *file, const char *what)
{
    file->failed = what;
    file->error = errno;

    return -1;
}


void
ngx_commerce_media_look(void *ctx)
{
    void                       *data;
    ngx_commerce_media_file_t  *file = ctx;

    if (media_map(file, &data) != 0) {
        return;
    }

    file->verdict = ngx_commerce_image_read(data, file->bytes, &file->image);

    if (file->verdict == NGX_COMMERCE_IMAGE_OK) {
        (void) media_name(file, data);
    }

    (void) munmap(data, file->bytes);
}


/* nginx has written the file and nobody else knows it: it does not shrink. */

static int
media_map(ngx_commerce_media_file_t *file, void **data)
{
    int          fd;
    struct stat  st;

    fd = open(file->upload, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return media_fail(file, "open()");
    }

    if (fstat(fd, &st) == -1) {
        (void) close(fd);
        return media_fail(file, "fstat()");
    }

    file->bytes = (size_t) st.st_size;

    if (file->bytes == 0) {
        (void) close(fd);
        file->verdict = NGX_COMMERCE_IMAGE_UNKNOWN;
        return -1;
    }

    *data = mmap(NULL, file->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    (void) close(fd);

    return (*data == MAP_FAILED) ? media_fail(file, "mmap()") : 0;
}


static int
media_name(ngx_commerce_media_file_t *file, const void *data)
{
    u_char    digest[EVP_MAX_MD_SIZE], *p;
    unsigned  len;

    if (EVP_Digest(data, file->bytes, digest, &len, EVP_sha256(), NULL)
        != 1)
    {
        return media_fail(file, "EVP_Digest()");
    }

    p = ngx_hex_dump((u_char *) file->name, digest, 32);
    (void) ngx_sprintf(p, ".%s%Z", file->image.extension);

    return 0;
}


static void
media_path(char *path, const char *directory, const char *name, size_t len)
{
    (void) ngx_snprintf((u_char *) path, len, "%s/%*s/%s%Z", directory,
                        (size_t) 2, name, name);
}


void
ngx_commerce_media_place(void *ctx)
{
    char                       *slash;
    char                        path[PATH_MAX_LEN];
    ngx_commerce_media_file_t  *file = ctx;

    if (chmod(file->upload, 0644) == -1 || media_sync(file->upload) == -1) {
        (void) media_fail(file, "fsync()");
        return;
    }

    media_path(path, file->directory, file->name, sizeof(path));

    slash = strrchr(path, '/');
    *slash = '\0';

    if (mkdir(path, 0755) == -1 && errno != EEXIST) {
        (void) media_fail(file, "mkdir()");
        return;
    }

    *slash = '/';

    if (link(file->upload, path) == -1 && errno != EEXIST) {
        (void) media_fail(file, "link()");
        return;
    }

    *slash = '\0';

    if (media_sync(path) == -1 || media_sync(file->directory) == -1) {
        (void) media_fail(file, "fsync()");
    }
}


static int
media_sync(const char *path)
{
    int  fd, rc;

    fd = open(path, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }

    rc = fsync(fd);
    (void) close(fd);

    return rc;
}


/* A file that is not there has been deleted before. */

void
ngx_commerce_media_purge(void *ctx)
{
    char                         path[PATH_MAX_LEN];
    ngx_uint_t                   i;
    ngx_commerce_media_purge_t  *purge = ctx;

    for (i = 0; i < purge->n; i++) {
        media_path(path, purge->directory, purge->names[i], sizeof(path));

        if (unlink(path) == -1 && errno != ENOENT) {
            purge->failed = "unlink()";
            purge->error = errno;
            return;
        }
    }
}
