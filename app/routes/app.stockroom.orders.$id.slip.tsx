import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addressLines } from '../components/postal-address.ts';
import { useShop } from '../components/shop-context.tsx';
import { Page } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { packingSlip } from '../stockroom/packing-slip.ts';
import { readRoomPage } from './_shared/stockroom.server.ts';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room, query) => {
    const parcel = query.get('parcel');
    return {
      slip: await packingSlip({ ...room, reference: params['id'] ?? '', ...(parcel ? { shipment: parcel } : {}) }),
      id: params['id'] ?? '',
    };
  });
}

export default function PackingSlip(): ReactNode {
  const { slip, id, connectionId } = useLoaderData<typeof loader>();
  const { t, i18n } = useTranslation();
  const { shop } = useShop();
  const formats = useFormats();
  const address = slip.shipTo;
  const place = address ? addressLines(address, i18n.language) : [];
  return (
    <>
      <div className="cd-no-print">
        <Page
          title={t('stockroom.slipTitle', { order: slip.parcel ?? slip.reference })}
          back={{ label: slip.reference, url: `/app/stockroom/orders/${id}?connection=${connectionId}` }}
          primary={{ label: t('common.print'), onAction: () => window.print() }}
          width="narrow"
        />
      </div>
      <article className="cd-slip">
        <h1>{slip.heading ?? shop.name}</h1>
        <p>
          <strong>{t('stockroom.slipTitle', { order: slip.parcel ?? slip.reference })}</strong>
          <br />
          {formats.date(slip.placedAt)} · {slip.facility}
        </p>
        <address>
          {place.map((part) => (
            <div key={part}>{part}</div>
          ))}
        </address>
        {slip.shipping ? (
          <p>
            {t('stockroom.shipping')}:{' '}
            {[slip.shipping.carrier, slip.shipping.method ?? slip.shipping.title].filter(Boolean).join(' · ')}
          </p>
        ) : null}
        {slip.tracking.length > 0 ? (
          <p>
            {t('shipments.tracking')}:{' '}
            {slip.tracking.map(({ number, carrier }) => [carrier, number].filter(Boolean).join(' ')).join(', ')}
          </p>
        ) : null}
        <table>
          <thead>
            <tr>
              <th>{t('products.sku')}</th>
              <th>{t('products.product')}</th>
              <th className="cd-slip-number">{t('order.quantity')}</th>
              <th className="cd-slip-number">{t('stockroom.toFollow')}</th>
            </tr>
          </thead>
          <tbody>
            {slip.lines.map((line, index) => (
              <tr key={`${line.sku} ${index}`}>
                <td>{line.sku}</td>
                <td>
                  {line.title}
                  {line.attributes.map(({ key, value }) => (
                    <div key={key}>
                      {key}: {value}
                    </div>
                  ))}
                </td>
                <td className="cd-slip-number">{formats.number(line.quantity)}</td>
                <td className="cd-slip-number">{line.toFollow > 0 ? formats.number(line.toFollow) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {slip.note ? (
          <p>
            {t('stockroom.note')}: {slip.note}
          </p>
        ) : null}
        {slip.footer ? <footer>{slip.footer}</footer> : null}
      </article>
    </>
  );
}
