"""What a worker reads: `celery -A dagster_celery.app worker` imports this module by its name, so its folder belongs on PYTHONPATH."""

import os

broker_url = result_backend = os.environ["CAPEX_PIPELINE_BROKER"]

# A worker takes a message when it has a place for it, and keeps it until the run has ended: what a machine that dies had not begun goes
# back to the others. What it had begun is run_monitoring's affair (dagster.yaml).
task_acks_late = True
worker_prefetch_multiplier = 1

# After so many seconds Redis gives a message that was not acknowledged to another worker. Longer than the longest run, or that worker
# is given a run that is still under way, and turns it away.
broker_transport_options = {"visibility_timeout": 1200}

# A worker that has lost Redis ends its connections and tries again; it must not drop what it is doing.
worker_cancel_long_running_tasks_on_connection_loss = False
broker_connection_retry_on_startup = True
