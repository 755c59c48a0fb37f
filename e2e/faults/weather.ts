import type { Treatment } from '../support/cutting-proxy.ts';

const html = { 'content-type': 'text/html' };
const json = { 'content-type': 'application/json' };
const page = '<!doctype html><title>Sign in to the network</title><h1>Welcome, please accept the terms</h1>';
const expired = '{"code":"PGRST301","details":null,"hint":null,"message":"JWT expired"}';
const restarting = '{"code":"PGRST000","details":null,"hint":null,"message":"Database connection error"}';

/** What a network, the platform in front of a cloud, or a bad gateway does to a request. */
const treatments = {
  'reset before': 'reset before',
  'reset amid request': 'reset amid request',
  'lose answer': 'lose answer',
  'cut answer': 'cut answer',
  'never answer': 'never answer',
  'send twice': 'send twice',
  'copy later': { againAfterMs: 120 },
  'narrow line': { bytesPerSecond: 400_000 },
  'slow body': { bodyAfterMs: 120 },
  'too many': { status: 429, headers: { ...json, 'retry-after': '1' }, body: '{"message":"slow down"}' },
  'server error': { status: 500, headers: json, body: '{"message":"internal"}' },
  'bad gateway': { status: 502, headers: html, body: '<html><h1>502 Bad Gateway</h1></html>' },
  unavailable: { status: 503, headers: json, body: restarting },
  'gateway timeout': { status: 504, headers: html, body: '<html><h1>504</h1></html>' },
  'expired token': { status: 401, headers: json, body: expired },
  'captive portal': { status: 200, headers: html, body: page },
  'empty success': { status: 201, headers: json, body: '' },
  'moved elsewhere': { status: 302, headers: { location: 'http://127.0.0.1:9/portal' }, body: '' },
  'half a megabyte of nonsense': { status: 200, headers: json, body: '['.repeat(500_000) },
} satisfies Readonly<Record<string, Treatment>>;

export type WeatherName = keyof typeof treatments;

export const weatherNames = Object.keys(treatments) as [WeatherName, ...WeatherName[]];

/** The proxy's part in it. */
export function treatmentOf(name: WeatherName): Treatment {
  return treatments[name];
}
