import { config } from 'zod';

// The page's content policy allows no eval; zod then need not try whether it may.
config({ jitless: true });
