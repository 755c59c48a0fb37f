-- What a Supabase project has before anything of ours is in it: the roles, the schema auth with
-- its two claim readers, and the default privileges that older projects give to everything made
-- in public. The same migrations then run here and there. Runs at every start, so it is idempotent.
-- Passwords are set by the code that runs this file; none stands here.

do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('analyst', 'login noinherit bypassrls')
    ) as roles(name, attributes)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;

-- The hosted limits, so that a batch that would time out there times out here.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role analyst set default_transaction_read_only = on;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;

-- The verified claims of this request's token; an empty object for an anonymous request.
create or replace function auth.jwt() returns jsonb
  language sql stable
  as $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;

create or replace function auth.uid() returns uuid
  language sql stable
  as $$ select nullif(auth.jwt() ->> 'sub', '')::uuid $$;

grant execute on function auth.jwt(), auth.uid() to anon, authenticated, service_role;

grant usage on schema public to anon, authenticated, service_role, analyst;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;

-- Refresh tokens of the local sign-in. Outside the schemas that PostgREST serves; only the gateway
-- reads it. A token is kept as its hash, so a copy of the table renews nothing.
create schema if not exists backhaul_auth;
revoke all on schema backhaul_auth from public;

create table if not exists backhaul_auth.refresh_tokens (
  token_hash bytea primary key,
  parent_hash bytea references backhaul_auth.refresh_tokens (token_hash) on delete set null,
  grant_claims jsonb not null,
  access_ttl_seconds integer not null check (access_ttl_seconds > 0),
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create index if not exists refresh_tokens_parent on backhaul_auth.refresh_tokens (parent_hash);

-- One user per enrolled device. A password is kept as its hash, too.
create table if not exists backhaul_auth.users (
  id uuid primary key,
  email text not null unique,
  password_salt bytea not null,
  password_hash bytea not null,
  grant_claims jsonb not null,
  created_at timestamptz not null default now()
);
