"""How the statuses of background work come about."""

from .recipes import recipe


def job(shop, status="waiting"):
    """A job of a kind that nobody does."""
    return str(shop.query("store", """
        with kind as (
            insert into core.job_kind (kind, in_sql)
            values ('recipe', false)
            on conflict (kind) do update set in_sql = false returning kind)
        insert into core.job (kind, status, finished_at)
        select kind, %s, case when %s = 'waiting' then null else now() end
        from kind returning id""", status, status)[0]["id"])


recipe("list_jobs", 200)(lambda shop: shop.admin.call("list_jobs"))
recipe("get_job", 200)(
    lambda shop: shop.admin.call("get_job", id=job(shop)))
recipe("retry_job", 200)(
    lambda shop: shop.admin.call("retry_job", id=job(shop, "dead")))
recipe("retry_job", 409)(
    lambda shop: shop.admin.call("retry_job", id=job(shop, "done")))
recipe("cancel_job", 200)(
    lambda shop: shop.admin.call("cancel_job", id=job(shop)))
recipe("cancel_job", 409)(
    lambda shop: shop.admin.call("cancel_job", id=job(shop, "done")))


def reused(operation):
    """A key that has answered something else."""
    def ask(shop):
        client = shop.client("admin")
        headers = {"idempotency-key": "job-" + operation}
        client.call(operation, id=job(shop), headers=headers)
        return client.call(operation, id=job(shop), headers=headers)
    recipe(operation, 422)(ask)


reused("retry_job")
reused("cancel_job")
