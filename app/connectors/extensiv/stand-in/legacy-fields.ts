/** What a full order still carries from older days, empty. Source: extensiv.md §2.4 "about 100 legacy nulls" [FIXTURE]. */
const NULLS =
  `record_no version format cust_ref_original cust_po_no_original po_number special_services credit_card_no expiration_date
tax_exempt_sw installment_program media_week ani_phone vendor_phone check_account_no check_type check_no check_bank_id check_cust_bank
check_cust_id_num check_cust_id_state check_cust_id_mm check_cust_id_dd check_cust_id_yy check_cust_id_type ship_account_zip pre_auth_code
pre_auth_id cvv gift_card_sw token_sw cass_code_ship cass_error_ship cass_code_cust cass_error_cust cass_date ncoa_code_ship ncoa_code_cust
ncoa_date ifraud_error_code xfraud_error_code credit_error_code resubmit_date black_list credit_score fraud_score load_override_sw
fail_action action_dt filename call_queue clerk_disposition clerk_disp_dt rep_disposition rep_disp_dt duplicate_sw org_file_no delete_date
sent_to_region accepted_by_region regional_center regional_order_no regional_ship_date regional_error first_attempt cc_last_four
extra_system_date_sent latest_ship_date shipment_pk`.split(/\s+/);

export const LEGACY: Readonly<Record<string, string | null>> = {
  ...Object.fromEntries(NULLS.map((name) => [name, null])),
  balance: '0.00',
  pre_auth_amt: '0.00',
  routing_sw: 'N',
  regional_retry_sw: 'N',
  regional_attempts: '0',
};
