"""What the background worker does with readings; delivered at least once, so each is safe to repeat."""

from cabinet.common import jobs
from cabinet.readings.act import printing
from cabinet.readings.models import FormExport, FormUpload
from cabinet.readings.workbook import exporting, uploading


def print_act(pk: int) -> None:
    """Make the file of an act that was asked for."""
    printing.make_print(pk)


def work_on_upload(pk: int) -> None:
    """Judge an uploaded form, or apply a confirmed one."""
    uploading.work_on_upload(pk)


def make_export(pk: int) -> None:
    """Write a large form that was asked for."""
    exporting.make_export(pk)


def remove_old_files() -> int:
    """Remove printed acts and forms older than a day (hourly; the schedule comes from a migration)."""
    jobs.remove_old(FormExport, FormExport.FOLDER)
    return printing.remove_old() + jobs.remove_old(FormUpload, FormUpload.FOLDER)
