"""What every area stands on: the trail, files, jobs, forms, evidence and imports."""
