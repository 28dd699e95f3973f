import { z } from 'zod';

// Imported before everything else: zod must not try `new Function`, which the hub's CSP forbids.
z.config({ jitless: true });
