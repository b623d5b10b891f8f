import { gid } from '../core/gid.ts';
import { pageOfList } from '../core/paging.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import { documents, type ChannelDocument, type Stored } from '../domain/documents.ts';

/** Sales channels and their publications. */
export function channelFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    channels: withArgs(PAGING, (_source, args, ctx, info) =>
      pageOfList(ctx, info, args, documents(ctx.world.state, ctx.shop.id, 'channel').map(channel)),
    ),
    publications: withArgs([...PAGING, 'catalogType'], (_source, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        args.catalogType && args.catalogType !== 'APP'
          ? []
          : documents(ctx.world.state, ctx.shop.id, 'channel').map((entry) => publication(entry)),
      ),
    ),
  });
  registry.type<{ entry: Stored<ChannelDocument> }>('Publication', {
    channels: withArgs(PAGING, ({ entry }, args, ctx: RequestContext, info) => pageOfList(ctx, info, args, [channel(entry)])),
  });
}

const channel = ({ id, data }: Stored<ChannelDocument>) => ({
  __typename: 'Channel',
  id: gid('Channel', id),
  name: data.name,
  handle: data.handle,
  specificationHandle: data.specificationHandle,
  accountName: data.accountName,
  app: { __typename: 'App', id: gid('App', data.app.id), title: data.app.title, handle: data.app.handle },
});

const publication = (entry: Stored<ChannelDocument>) => ({
  __typename: 'Publication',
  id: gid('Publication', entry.data.publicationId),
  autoPublish: true,
  supportsFuturePublishing: entry.data.handle === 'online_store',
  catalog: {
    __typename: 'AppCatalog',
    id: gid('AppCatalog', entry.data.publicationId),
    title: entry.data.name,
    status: 'ACTIVE',
  },
  entry,
});
