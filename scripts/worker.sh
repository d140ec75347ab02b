#!/bin/sh
# The background worker in a session of its own. honcho signals whole process groups, and a worker whose
# helpers are gone before it hangs on their locks: here the signal reaches the worker alone, and it ends its helpers.
setsid .venv/bin/python manage.py qcluster &
trap 'kill $!' TERM
wait $! # a signal interrupts this one
wait $! # the worker finishes its task
