-- Made by the migrations: npm run schema

CREATE TABLE locations (
  location_id TEXT PRIMARY KEY,
  city TEXT NOT NULL,
  restaurant_name TEXT NOT NULL,
  commercial_area TEXT NOT NULL,
  address TEXT,
  region TEXT,
  timezone TEXT DEFAULT 'Asia/Shanghai',
  is_active INTEGER DEFAULT 1,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE cameras (
  camera_id TEXT PRIMARY KEY,
  location_id TEXT NOT NULL,
  camera_name TEXT,
  camera_ip_address TEXT NOT NULL,
  rtsp_endpoint TEXT,
  camera_type TEXT,
  resolution TEXT,
  division_name TEXT,
  division_description TEXT,
  installation_date TEXT,
  status TEXT DEFAULT 'active',
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE camera_rois (
  roi_id INTEGER PRIMARY KEY AUTOINCREMENT,
  camera_id TEXT NOT NULL,
  roi_version INTEGER NOT NULL,
  roi_type TEXT NOT NULL,
  roi_identifier TEXT NOT NULL,
  polygon_points TEXT NOT NULL,
  linked_to_roi_id INTEGER,
  description TEXT,
  is_active INTEGER DEFAULT 1,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (camera_id, roi_identifier, roi_version)
);

CREATE TABLE videos (
  video_id INTEGER PRIMARY KEY AUTOINCREMENT,
  camera_id TEXT NOT NULL,
  video_filename TEXT NOT NULL,
  video_date TEXT,
  start_time TEXT,
  end_time TEXT,
  duration_seconds REAL,
  file_size_bytes INTEGER,
  fps REAL,
  resolution TEXT,
  is_processed INTEGER DEFAULT 0,
  storage_location TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (camera_id, video_filename)
);

CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  camera_id TEXT NOT NULL,
  video_id INTEGER,
  location_id TEXT NOT NULL,
  config_file_path TEXT,
  roi_version INTEGER,
  start_time TEXT,
  end_time TEXT,
  total_frames INTEGER,
  fps REAL,
  resolution TEXT,
  processing_status TEXT,
  processing_time_seconds REAL,
  error_message TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE division_states (
  division_state_id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  camera_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  frame_number INTEGER NOT NULL,
  timestamp_video REAL,
  timestamp_recorded TEXT,
  state TEXT NOT NULL,
  walking_area_waiters INTEGER DEFAULT 0,
  service_area_waiters INTEGER DEFAULT 0,
  total_staff INTEGER DEFAULT 0,
  screenshot_path TEXT,
  synced_to_cloud INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE table_states (
  table_state_id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  camera_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  frame_number INTEGER NOT NULL,
  timestamp_video REAL,
  timestamp_recorded TEXT,
  table_id TEXT NOT NULL,
  state TEXT NOT NULL,
  customers_count INTEGER DEFAULT 0,
  waiters_count INTEGER DEFAULT 0,
  screenshot_path TEXT,
  synced_to_cloud INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sync_status (
  sync_id INTEGER PRIMARY KEY AUTOINCREMENT,
  location_id TEXT,
  sync_type TEXT,
  last_sync_time TEXT,
  records_synced INTEGER DEFAULT 0,
  status TEXT,
  error_message TEXT,
  "trigger" TEXT,
  started_at TEXT,
  finished_at TEXT,
  planned INTEGER DEFAULT 0,
  sent INTEGER DEFAULT 0,
  duplicates INTEGER DEFAULT 0,
  quarantined INTEGER DEFAULT 0,
  failed INTEGER DEFAULT 0,
  stranded INTEGER DEFAULT 0,
  verified INTEGER DEFAULT 0,
  bytes INTEGER DEFAULT 0,
  duration_ms REAL DEFAULT 0,
  fault_code TEXT,
  run_key TEXT,
  service_instance TEXT,
  error_group TEXT,
  error_code TEXT,
  deleted INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sync_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sync_type TEXT,
  sync_timestamp TEXT,
  status TEXT,
  records_processed INTEGER DEFAULT 0,
  duration_seconds REAL,
  error_message TEXT,
  sync_metadata TEXT,
  service_instance TEXT,
  run_id INTEGER,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sync_stream_status (
  sync_type TEXT PRIMARY KEY,
  last_sync_timestamp TEXT,
  last_attempt_timestamp TEXT,
  last_sync_status TEXT,
  last_error_message TEXT,
  successful_sync_count INTEGER DEFAULT 0,
  failed_sync_count INTEGER DEFAULT 0,
  last_records_processed INTEGER DEFAULT 0,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sync_quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  record_key TEXT NOT NULL,
  local_id INTEGER,
  payload TEXT,
  code TEXT,
  message TEXT,
  first_seen TEXT,
  attempts INTEGER DEFAULT 1,
  resolution TEXT DEFAULT 'open',
  resolved_at TEXT,
  run_id INTEGER,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE rejected_lines (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at TEXT,
  source TEXT,
  line_number INTEGER,
  line BLOB,
  code TEXT,
  message TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sync_marks (
  stream TEXT NOT NULL,
  record_key TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  synced_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (stream, record_key)
);

CREATE TABLE verified_tallies (
  stream TEXT NOT NULL,
  session_id TEXT NOT NULL,
  camera_id TEXT NOT NULL,
  table_id TEXT NOT NULL DEFAULT '',
  row_count INTEGER NOT NULL,
  frame_sum INTEGER NOT NULL,
  fingerprint_sum INTEGER NOT NULL,
  sealed_at TEXT,
  newest_recorded TEXT,
  frames BLOB,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (stream, session_id, camera_id, table_id)
);

CREATE TABLE id_map (
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  cloud_id TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (entity, local_id)
);

CREATE TABLE zone_states (
  session_id TEXT NOT NULL,
  camera_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  state TEXT NOT NULL,
  candidate TEXT,
  candidate_since_ms INTEGER,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (session_id, zone)
);

CREATE TABLE frame_cursors (
  session_id TEXT PRIMARY KEY,
  camera_id TEXT NOT NULL,
  last_frame INTEGER NOT NULL,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE backhaul_settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX backhaul_division_states_unsynced ON division_states(created_at) WHERE (synced_to_cloud = 0 OR synced_to_cloud IS NULL);

CREATE INDEX backhaul_division_states_discarded ON division_states(created_at) WHERE synced_to_cloud = -1;

CREATE INDEX backhaul_division_states_odd_flag ON division_states(created_at) WHERE (synced_to_cloud <> 0 AND synced_to_cloud <> 1 AND synced_to_cloud <> -1);

CREATE INDEX backhaul_division_states_session ON division_states(session_id, frame_number);

CREATE INDEX backhaul_division_states_camera ON division_states(camera_id, timestamp_recorded);

CREATE INDEX backhaul_table_states_unsynced ON table_states(created_at) WHERE (synced_to_cloud = 0 OR synced_to_cloud IS NULL);

CREATE INDEX backhaul_table_states_discarded ON table_states(created_at) WHERE synced_to_cloud = -1;

CREATE INDEX backhaul_table_states_odd_flag ON table_states(created_at) WHERE (synced_to_cloud <> 0 AND synced_to_cloud <> 1 AND synced_to_cloud <> -1);

CREATE INDEX backhaul_table_states_session ON table_states(session_id, frame_number);

CREATE INDEX backhaul_table_states_camera ON table_states(camera_id, timestamp_recorded);

CREATE INDEX backhaul_table_states_table
    ON table_states(location_id, table_id, timestamp_recorded);

CREATE INDEX backhaul_division_states_location
    ON division_states(location_id, timestamp_recorded);

CREATE INDEX backhaul_sync_history_run ON sync_history(run_id);

CREATE INDEX backhaul_sync_quarantine_open
    ON sync_quarantine(stream, local_id) WHERE resolution = 'open';

CREATE INDEX backhaul_rejected_lines_code ON rejected_lines(code, received_at);

CREATE INDEX backhaul_sync_quarantine_record ON sync_quarantine(stream, record_key);

CREATE TABLE inventory_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp_utc REAL NOT NULL,
  frame_number INTEGER,
  total_items INTEGER NOT NULL,
  inventory_json TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE product_freshness (
  product_name TEXT PRIMARY KEY,
  first_seen_utc REAL NOT NULL,
  last_seen_utc REAL NOT NULL,
  is_expired INTEGER DEFAULT 0,
  expiration_days REAL DEFAULT 5,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE sales_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp_utc REAL NOT NULL,
  timestamp_est TEXT NOT NULL,
  product_name TEXT NOT NULL,
  quantity_delta INTEGER NOT NULL,
  inventory_before INTEGER NOT NULL,
  inventory_after INTEGER NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE alerts_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp_utc REAL NOT NULL,
  timestamp_est TEXT NOT NULL,
  alert_type TEXT NOT NULL,
  product_name TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  metadata_json TEXT,
  acknowledged INTEGER DEFAULT 0,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE inventory_tracker (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  updated_at TEXT,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE inventory_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reading_key TEXT NOT NULL,
  counts_hash TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX backhaul_inventory_snapshots_time ON inventory_snapshots(timestamp_utc);

CREATE INDEX backhaul_sales_log_time ON sales_log(timestamp_utc);

CREATE INDEX backhaul_alerts_log_time ON alerts_log(timestamp_utc);

CREATE INDEX backhaul_inventory_readings_key ON inventory_readings(reading_key);
