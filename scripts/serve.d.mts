import type { IncomingMessage, Server } from 'node:http';

export interface ServeOptions {
  root: string;
  isolated?: boolean;
  onRequest?: (request: IncomingMessage) => void;
}
export const PAGE_POLICY: string;
export function createStaticServer(options: ServeOptions): Server;
export function decodedPath(address: string): string | null;
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null;
export function startServer(
  options: ServeOptions & { port?: number; host?: string },
): Promise<{ server: Server; address: string }>;
