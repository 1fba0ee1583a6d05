"""Pages of vacancies and of the ring-fence."""
