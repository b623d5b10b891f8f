/*
 * Ready-made SQL for API Export Definitions, to copy out of the guide. Tables and columns are those of Shopwise's published SQL
 * (docs.syncow.com, October 2026) and of `order_line_item` as it is seen in reporting databases; what a delivery holds
 * (`delivery_line_item` and its columns) nobody shows: OrderWise's support or your own database browser names it.
 */

export const stockSql = `SELECT vad.vad_variant_code AS sku, vsl.vsl_free_stock_quantity AS freeStock, vsl.vsl_sl_id AS StocklocationId
FROM variant_detail AS vad
JOIN variant_stock_quantity AS vsq ON vsq.vasq_vad_id = vad.vad_id
JOIN variant_stock_location AS vsl ON vsl.vsl_vad_id = vad.vad_id
WHERE vsq.vasq_stock_levels_last_calculated >= @since`;

export const statusSql = `SELECT oh.oh_order_number AS orderID, oh.oh_id AS orderNumber, oh.oh_cust_order_ref AS orderReference,
  os.os_description AS orderStatus, dh.dh_id AS deliveryNumber, dh.dh_consignment_number AS trackNumber,
  cod.cod_tracking_url_prefix + dh.dh_consignment_number + cod.cod_tracking_url_suffix AS trackingLink,
  dm.dm_description AS courier, dh.dh_datetime AS dateShipped,
  vad.vad_variant_code AS sku, dli.dli_quantity AS quantity, oli.oli_sl_id AS StocklocationId
FROM order_header AS oh
LEFT JOIN order_status AS os ON os.os_id = oh.oh_os_id
LEFT JOIN order_header_detail AS ohd ON ohd.ohd_oh_id = oh.oh_id
LEFT JOIN delivery_method AS dm ON dm.dm_id = ohd.ohd_dm_id
LEFT JOIN courier_detail AS cod ON cod.cod_id = dm.dm_cod_id
LEFT JOIN delivery_header AS dh ON dh.dh_oh_id = oh.oh_id
LEFT JOIN delivery_line_item AS dli ON dli.dli_dh_id = dh.dh_id
LEFT JOIN order_line_item AS oli ON oli.oli_id = dli.dli_oli_id
LEFT JOIN variant_detail AS vad ON vad.vad_id = oli.oli_vad_id
WHERE oh.oh_datetime >= @since OR ohd.ohd_last_amended_datetime >= @since OR dh.dh_datetime >= @since`;
