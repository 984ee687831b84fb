"""A sweep as shards on Dask workers; see scripts/sweep-cluster."""

import argparse
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile


def run_shard(binary, sweep, shard):
    """On a worker: one shard by the binary there; the finished database as bytes."""
    folder = tempfile.mkdtemp(prefix="v2x-shard-")
    try:
        database = os.path.join(folder, "shard.sqlite")
        # A worker has as many threads as Dask gives it tasks: each run takes one.
        command = [binary, "sweep", sweep, "--shard", shard, "--threads", "1", "--output", database]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {run.returncode}\n{run.stderr}")
        with open(database, "rb") as file:
            return file.read()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def gather(binary, sweep, folder, files, output):
    """All shards in one SQLite file, or in one Parquet file with the same rows and columns."""
    database = output if not output.endswith(".parquet") else str(folder / "all.sqlite")
    pathlib.Path(database).unlink(missing_ok=True)
    subprocess.run([binary, "sweep", sweep, "--output", database, "--gather", *files], check=True)
    if database != output:
        import pandas

        with sqlite3.connect(database) as connection:
            pandas.read_sql("SELECT * FROM runs ORDER BY run", connection).to_parquet(output + ".part", index=False)
        os.replace(output + ".part", output)


def main():
    parser = argparse.ArgumentParser(prog="scripts/sweep-cluster", description=__doc__)
    parser.add_argument("sweep")
    parser.add_argument("--output", required=True, help="a .sqlite or .parquet file")
    parser.add_argument("--scheduler", help="address of a Dask scheduler; by default a local cluster is started")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of the local cluster")
    parser.add_argument("--shards", type=int, help="by default four a worker")
    parser.add_argument("--binary", required=True, help="the v2x binary, as workers find it")
    # For the test: a local worker is killed once so many shards are done.
    parser.add_argument("--kill-worker-after", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()

    from dask.distributed import Client, LocalCluster, as_completed

    sweep = os.path.abspath(options.sweep)
    cluster = None
    if options.scheduler is None:
        cluster = LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster or options.scheduler) as client:
        workers = max(1, len(client.scheduler_info()["workers"]))
        count = options.shards or 4 * workers
        shards = [
            # A lost worker's shards go to another one; `retries` is for what fails on a worker that lives.
            client.submit(run_shard, options.binary, sweep, f"{k}/{count}", retries=2, pure=False)
            for k in range(1, count + 1)
        ]
        names = {future.key: k for k, future in enumerate(shards, 1)}
        folder = pathlib.Path(tempfile.mkdtemp(prefix="v2x-gather-"))
        try:
            files = []
            for future, database in as_completed(shards, with_results=True):
                path = folder / f"{names[future.key]:06}.sqlite"
                path.write_bytes(database)
                files.append(str(path))
                future.release()
                if sys.stderr.isatty():
                    print(f"\r{len(files)} of {count} shards", end="", file=sys.stderr, flush=True)
                if len(files) == options.kill_worker_after:
                    os.kill(next(iter(cluster.workers.values())).pid, 9)
                    print("killed a worker", file=sys.stderr)
            gather(options.binary, sweep, folder, sorted(files), options.output)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if cluster is not None:
        cluster.close()


if __name__ == "__main__":
    main()
