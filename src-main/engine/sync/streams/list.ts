import type { ChangingTable } from '../changing-table.ts';
import type { LogTable } from '../log-table.ts';
import type { ParentTable } from '../parent-source.ts';
import type { StateTable } from '../state-table.ts';
import { alertsLog } from './alerts-log.ts';
import { cameraRois } from './camera-rois.ts';
import { cameras } from './cameras.ts';
import { divisionStates } from './division-states.ts';
import { inventorySnapshots } from './inventory-snapshots.ts';
import { locations } from './locations.ts';
import { productFreshness } from './product-freshness.ts';
import { salesLog } from './sales-log.ts';
import { sessions } from './sessions.ts';
import { tableStates } from './table-states.ts';
import { videos } from './videos.ts';

/** In the order of a run (SPEC 5.1): parents before what refers to them. */
export const parentTables: readonly ParentTable[] = [locations, cameras, cameraRois, videos, sessions];
export const stateTables: readonly StateTable[] = [divisionStates, tableStates];

/** The inventory (SPEC 9): what only grows, and what changes after it was written. */
export const logTables: readonly LogTable[] = [inventorySnapshots, salesLog];
export const changingTables: readonly ChangingTable[] = [productFreshness, alertsLog];

/** The cloud's tables and their natural keys. */
export const cloudKeys: Readonly<Record<string, readonly string[]>> = {
  locations: ['location_id'],
  cameras: ['location_id', 'camera_id'],
  camera_rois: ['location_id', 'camera_id', 'roi_identifier', 'roi_version'],
  videos: ['location_id', 'camera_id', 'video_filename'],
  sessions: ['location_id', 'session_id'],
  division_states: ['location_id', 'session_id', 'camera_id', 'frame_number'],
  table_states: ['location_id', 'session_id', 'camera_id', 'frame_number', 'table_id'],
  inventory_snapshots: ['location_id', 'timestamp_utc', 'frame_number'],
  product_freshness: ['location_id', 'product_name'],
  sales_log: [
    'location_id',
    'timestamp_utc',
    'product_name',
    'inventory_before',
    'inventory_after',
    'quantity_delta',
  ],
  alerts_log: ['location_id', 'timestamp_utc', 'alert_type', 'product_name', 'severity'],
  sync_status: ['location_id', 'run_key'],
};
