-- Asked for each order that is worked on: does a run take its shop's backlog in? There is none, nearly always.
CREATE INDEX run_backlog ON run (shop_id, created_at) WHERE task = 'import-backlog' AND state IN ('queued', 'running');
