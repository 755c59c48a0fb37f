/** What marks a database file as Backhaul's, and the newest schema this version makes; the test holds them to the migrations. */
export const applicationId = 0x424b484c;
export const latestSchema = 4;
