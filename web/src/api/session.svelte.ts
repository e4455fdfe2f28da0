/** Who is signed in and how; a session that ends is said once, and what is on the page stays. */

import { api } from './client';
import { held, onRefused } from './credentials';
import { ApiError, sentence, unreachable } from './http';
import type { Oidc, OidcSettings } from './oidc';
import type { Status } from './types';

export interface User {
  id: string;
  name?: string | null;
  role: string;
  desk?: string | null;
}

export interface SessionAnswer {
  user: User | null;
  auth: 'none' | 'local' | 'oidc';
  oidc?: OidcSettings | null;
  csrfToken?: string | null;
}

export type Role = 'user' | 'desk' | 'admin';

const rank: Record<string, number> = { user: 0, desk: 1, admin: 2 };

let answer = $state.raw<SessionAnswer | null>(null);
let status = $state.raw<Status | null>(null);
let failure = $state('');
let isEnded = $state(false);
let oidc: Oidc | null = null;
/** Renews before the access token runs out. */
let renewal: ReturnType<typeof setTimeout> | undefined;

async function take(next: SessionAnswer): Promise<void> {
  if (next.auth === 'oidc' && next.oidc && !oidc) {
    // Only who signs in by the company pays for it.
    const module = await import('./oidc');
    oidc = new module.Oidc(next.oidc);
  }
  answer = next;
  held.csrfToken = next.csrfToken ?? null;
  if (!next.user || !isEnded) return;
  isEnded = false;
  dispatchEvent(new CustomEvent('session-resumed'));
}

onRefused(() => {
  // Who has not been signed in yet has no session that could end.
  if (isEnded || !answer?.user) return;
  if (answer.auth === 'oidc') void renew();
  else ended();
});

function ended(): void {
  isEnded = true;
  dispatchEvent(new CustomEvent('session-ended'));
}

async function renew(): Promise<void> {
  const lifetime = await oidc?.refresh().catch(() => null);
  if (lifetime) renewSoon(lifetime);
  else ended();
}

function renewSoon(lifetimeSeconds: number): void {
  clearTimeout(renewal);
  renewal = setTimeout(() => void renew(), Math.max(lifetimeSeconds - 60, 5) * 1000);
}

async function readStatus(): Promise<void> {
  try {
    status = await api.status();
  } catch {
    // The page works without it; whoever needs the server says that it is away.
  }
}

export const session = {
  get isKnown(): boolean {
    return answer !== null;
  },
  get user(): User | null {
    return answer?.user ?? null;
  },
  get auth(): SessionAnswer['auth'] | null {
    return answer?.auth ?? null;
  },
  get status(): Status | null {
    return status;
  },
  get failure(): string {
    return failure;
  },
  /** Whether the server stopped believing who was signed in. */
  get isEnded(): boolean {
    return isEnded;
  },
  /** Whether what needs that role may be shown; the server decides again. */
  may(role: Role): boolean {
    return (rank[answer?.user?.role ?? ''] ?? -1) >= (rank[role] ?? 9);
  },

  async load(): Promise<void> {
    try {
      await take(await api.session());
      failure = '';
      if (oidc && !answer?.user && oidc.wasSignedIn) await oidc.leave(location.href, true);
      if (answer?.user) await readStatus();
    } catch (error) {
      failure = sentence(error);
    }
  },

  async signIn(name: string, password: string): Promise<void> {
    await take(await api.signIn(name, password));
    await readStatus();
  },

  /** Goes to the sign-in of the company; the page comes back to where it was. */
  async signInWithCompany(): Promise<void> {
    await oidc?.leave(location.href, false);
  },

  /** The same in a window of its own, so that nothing on this page is lost. */
  async signInAgainWithCompany(): Promise<void> {
    if (!oidc) throw unreachable();
    renewSoon(await oidc.inWindow());
    await take(await api.session());
  },

  /** Finishes a sign-in that came back to this page; gives the place to go on at. */
  async finish(search: string): Promise<string> {
    await take(await api.session());
    if (!oidc) return '/';
    const { lifetime, place } = await oidc.finish(new URLSearchParams(search));
    renewSoon(lifetime);
    await take(await api.session());
    if (!answer?.user) throw new ApiError('unauthorized', '로그인을 확인하지 못했습니다.', 401);
    await readStatus();
    return place;
  },

  async signOut(): Promise<void> {
    clearTimeout(renewal);
    if (answer?.auth === 'local') await api.signOut();
    oidc?.forget();
    held.csrfToken = null;
    const { auth } = answer ?? {};
    if (auth) answer = { ...(answer as SessionAnswer), user: null, csrfToken: null };
    status = null;
  },
};
