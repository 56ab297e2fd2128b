-- Gateways hear of settings, too: whatever depends on one is refreshed.

alter publication commerce add table core.setting (key);
