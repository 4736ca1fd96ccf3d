"""What a watched service is started with: code of ours that runs inside its process."""
