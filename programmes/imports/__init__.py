"""The cohort file: one row a person and enrolment."""
